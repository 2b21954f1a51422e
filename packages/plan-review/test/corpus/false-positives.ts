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
    "many ports for an office, and 443 for 0.0.0.0/0",
    plan([
      group,
      create(INGRESS, rule({ cidr_ipv4: "0.0.0.0/0" })),
      create("aws_vpc_security_group_ingress_rule.office", rule({ to_port: 8443, cidr_ipv4: "203.0.113.0/24" })),
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
];

function volume(device_name: string, encrypted: boolean): JsonObject {
  return { device_name, ebs: [{ encrypted }] };
}
