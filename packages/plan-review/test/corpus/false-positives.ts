// Changes that resemble forbidden ones and need approval only.
import type { JsonObject } from "@dev-one/cli/json";

import { allow, database, GITHUB, githubRole, group, INGRESS, type NamedPlan, policy, rule } from "./builders";
import { create, destroy, plan, update } from "./plans";

export const falsePositives: readonly NamedPlan[] = [
  [
    "blocks of a set in another order, and one more",
    plan([
      update(
        "aws_launch_template.t",
        { block_device_mappings: [volume("a", true), volume("b", false)] },
        { block_device_mappings: [volume("b", false), volume("c", true), volume("a", true)] },
      ),
    ]),
  ],
  [
    "an encrypted volume is removed, and others stay",
    plan([
      update(
        "aws_launch_template.t",
        { block_device_mappings: [volume("a", true), volume("b", true)] },
        { block_device_mappings: [volume("b", true)] },
      ),
    ]),
  ],
  [
    "replies to ephemeral ports through a network ACL",
    plan([
      create("aws_network_acl_rule.r", {
        egress: false,
        rule_action: "allow",
        protocol: "6",
        from_port: 1024,
        to_port: 65535,
        cidr_block: "0.0.0.0/0",
      }),
    ]),
  ],
  [
    "many ports for an office, and 443 for 0.0.0.0/0",
    plan([
      group,
      create(INGRESS, rule({ cidr_ipv4: "0.0.0.0/0" })),
      create("aws_vpc_security_group_ingress_rule.office", rule({ to_port: 8443, cidr_ipv4: "203.0.113.0/24" })),
    ]),
  ],
  [
    "web ports in a Google firewall",
    plan([
      create("google_compute_firewall.web", {
        source_ranges: ["0.0.0.0/0"],
        allow: [{ protocol: "tcp", ports: ["443"] }],
      }),
    ]),
  ],
  [
    "egress rules of other clouds",
    plan([
      create("azurerm_network_security_rule.out", {
        direction: "Outbound",
        access: "Allow",
        source_address_prefix: "*",
        destination_address_prefix: "Internet",
        destination_port_range: "*",
      }),
      create("digitalocean_firewall.f", {
        outbound_rule: [{ protocol: "tcp", port_range: "1-65535", destination_addresses: ["0.0.0.0/0"] }],
      }),
    ]),
  ],
  [
    "a network ACL rule denies 0.0.0.0/0",
    plan([create("aws_network_acl_rule.r", { rule_action: "deny", cidr_block: "0.0.0.0/0" })]),
  ],
  [
    "iam:CreateAccessKey for the own user",
    plan([
      create("aws_iam_policy.p", {
        policy: policy(allow("iam:CreateAccessKey", "arn:aws:iam::444455556666:user/${aws:username}")),
      }),
    ]),
  ],
  [
    "iam:PassRole to one service",
    plan([
      create("aws_iam_policy.p", {
        policy: policy(
          allow("iam:PassRole", "*", { Condition: { StringEquals: { "iam:PassedToService": "ecs.amazonaws.com" } } }),
        ),
      }),
    ]),
  ],
  [
    "every workflow of one GitHub repository",
    plan([githubRole({ StringLike: { [`${GITHUB}:sub`]: "repo:dev-one/infrastructure:*" } })]),
  ],
  [
    "one environment of one GitHub repository, by their ids",
    plan([
      githubRole({
        StringEquals: { [`${GITHUB}:sub`]: "repo:dev-one@123456/infrastructure@456789:environment:production" },
      }),
    ]),
  ],
  [
    "a topic policy for one bucket",
    plan([
      create("aws_sns_topic_policy.p", {
        policy: policy({
          ...allow("sns:Publish"),
          Principal: "*",
          Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::dev-one-files" } },
        }),
      }),
    ]),
  ],
  [
    "longer and unlimited retention of logs",
    plan([
      update("aws_cloudwatch_log_group.a", { retention_in_days: 30 }, { retention_in_days: 365 }),
      update("aws_cloudwatch_log_group.b", { retention_in_days: 30 }, { retention_in_days: 0 }),
    ]),
  ],
  [
    "shorter retention of logs in staging",
    plan([update("aws_cloudwatch_log_group.a", { retention_in_days: 30 }, { retention_in_days: 7 })], "staging"),
  ],
  [
    "incomplete multipart uploads expire",
    plan([
      create("aws_s3_bucket_lifecycle_configuration.l", {
        bucket: "b",
        rule: [{ status: "Enabled", abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] }],
      }),
    ]),
  ],
  [
    "an expiration rule of a new bucket",
    plan([
      create("aws_s3_bucket.b", { bucket: "b" }),
      create("aws_s3_bucket_lifecycle_configuration.l", {
        bucket: "b",
        rule: [{ status: "Enabled", expiration: [{ days: 7 }] }],
      }),
    ]),
  ],
  [
    "encryption of a stream and a newer TLS policy of a listener",
    plan([
      update("aws_kinesis_stream.s", { encryption_type: "NONE" }, { encryption_type: "KMS", kms_key_id: "k" }),
      update(
        "aws_lb_listener.l",
        { ssl_policy: "ELBSecurityPolicy-2016-08" },
        { ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
      ),
    ]),
  ],
  [
    "a public access block is destroyed together with its bucket in staging",
    plan(
      [destroy("aws_s3_bucket.b", { bucket: "b" }), destroy("aws_s3_bucket_public_access_block.b", { bucket: "b" })],
      "staging",
    ),
  ],
  ["a route table is destroyed", plan([destroy("aws_route_table.t", { id: "rtb-1" })])],
  ["a bucket policy is destroyed", plan([destroy("acme_bucket_policy.p")])],
  [
    "staging's database is destroyed with passwords and monitors",
    plan(
      [
        destroy("aws_db_instance.db", database),
        create("random_pet.p", {}, { more: { provider_name: "registry.terraform.io/hashicorp/random" } }),
        create("datadog_user.u", {}, { more: { provider_name: "registry.terraform.io/datadog/datadog" } }),
      ],
      "staging",
    ),
  ],
  [
    "a name with product instead of production",
    plan([destroy("aws_db_instance.products", { ...database, identifier: "products" })], "staging"),
  ],
];

function volume(device_name: string, encrypted: boolean): JsonObject {
  return { device_name, ebs: [{ encrypted }] };
}
