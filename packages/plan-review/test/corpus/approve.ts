// Changes that need approval.
import type { JsonObject } from "@dev-one/cli/json";

import {
  allow,
  database,
  GITHUB,
  githubRole,
  group,
  INGRESS,
  type NamedPlan,
  narrow,
  policy,
  rule,
  SG,
} from "./builders";
import { change, create, destroy, plan, replace, unchanged, update } from "./plans";

export const approve: readonly NamedPlan[] = [
  ["metrics of staging are destroyed", plan([destroy("aws_prometheus_workspace.w", {})], "staging")],
  ["a database of staging is destroyed", plan([destroy("aws_db_instance.db", database)], "staging")],
  ["an unknown type is destroyed", plan([destroy("acme_widget.w")], "staging")],
  ["an unknown type that may hold data is replaced", plan([replace("acme_cluster.w", {}, { a: 1 })])],
  ["an unknown type is changed", plan([update("acme_widget.w", { size: 1 }, { size: 2 })])],
  ["an unknown action", plan([change("acme_widget.w", ["obliterate"], { before: {}, after: {} })])],
  [
    "a no-op with a changed value",
    plan([change("aws_iam_policy.p", ["no-op"], { before: { policy: narrow }, after: { policy: "x" } })]),
  ],
  ["443 from anywhere", plan([group, create(INGRESS, rule({ cidr_ipv4: "0.0.0.0/0" }))])],
  [
    "a port between security groups",
    plan([group, create(INGRESS, rule({ cidr_ipv4: null, referenced_security_group_id: "sg-2" }))]),
  ],
  [
    "a rule whose CIDR is known after the apply",
    plan([group, create(INGRESS, rule({ cidr_ipv4: null }), { unknown: { cidr_ipv4: true } })]),
  ],
  ["a rule is deleted", plan([group, destroy(INGRESS, rule())])],
  [
    "a policy is known after the apply",
    plan([update("aws_iam_policy.p", { policy: narrow }, { policy: null }, { unknown: { policy: true } })]),
  ],
  [
    "a policy allows one more action",
    plan([
      update(
        "aws_iam_policy.p",
        { policy: narrow },
        { policy: policy(allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::assets/*")) },
      ),
    ]),
  ],
  [
    "one GitHub repository may assume the role",
    plan([githubRole({ StringEquals: { [`${GITHUB}:sub`]: "repo:dev-one/infrastructure:ref:refs/heads/main" } })]),
  ],
  [
    "every principal of the own account",
    plan([
      create("aws_sns_topic_policy.p", {
        policy: policy({
          ...allow("sns:Publish"),
          Principal: "*",
          Condition: { StringEquals: { "aws:SourceAccount": "1" } },
        }),
      }),
    ]),
  ],
  [
    "allows iam:PutRolePolicy with a required permissions boundary",
    plan([
      create("aws_iam_user_policy.p", {
        policy: policy(
          allow("iam:PutRolePolicy", "*", {
            Condition: { StringEquals: { "iam:PermissionsBoundary": "arn:aws:iam::444455556666:policy/b" } },
          }),
        ),
      }),
    ]),
  ],
  [
    "iam:* on roles with one prefix",
    plan([create("aws_iam_role_policy.p", { policy: policy(allow("iam:*", "arn:aws:iam::444455556666:role/app-*")) })]),
  ],
  ["a tag of another provider, which may be a version", plan([update("docker_image.i", { tags: "1" }, { tags: "2" })])],
  [
    "a Deny statement is removed",
    plan([
      update(
        "aws_iam_policy.p",
        { policy: policy({ Effect: "Deny", Action: "s3:DeleteObject", Resource: "*" }) },
        { policy: policy() },
      ),
    ]),
  ],
  [
    "a key policy allows kms:* to the account",
    plan([
      create("aws_kms_key.k", {
        policy: policy({ ...allow("kms:*"), Principal: { AWS: "arn:aws:iam::444455556666:root" } }),
      }),
    ]),
  ],
  [
    "encryption is known after the apply",
    plan([update("aws_efs_file_system.f", { encrypted: true }, { encrypted: null }, { unknown: { encrypted: true } })]),
  ],
  [
    "a route to another target",
    plan([
      update(
        "aws_route.r",
        { route_table_id: "rtb-1", destination_cidr_block: "10.9.0.0/16", vpc_peering_connection_id: "pcx-1" },
        { vpc_peering_connection_id: null, transit_gateway_id: "tgw-1" },
      ),
    ]),
  ],
  [
    "a DNS record with another value",
    plan([update("aws_route53_record.r", { name: "www", type: "CNAME", records: ["a"] }, { records: ["b"] })]),
  ],
  ["more servers", plan([update("aws_autoscaling_group.g", { max_size: 12 }, { max_size: 14 })])],
  [
    "a major upgrade",
    plan([update("aws_db_instance.db", { ...database, engine_version: "17" }, { engine_version: "18" })]),
  ],
  [
    "the env tag changes from production",
    plan([update("aws_vpc.v", { tags: { env: "production" } }, { tags: { env: "staging" } })]),
  ],
  [
    "the env tag of a tag block changes from production",
    plan([
      update(
        "aws_autoscaling_group.g",
        { tag: [scalingTag("Name", "a"), scalingTag("env", "production")] },
        { tag: [scalingTag("Name", "a"), scalingTag("env", "staging")] },
      ),
    ]),
  ],
  [
    "a managed resource with the action read and differing values",
    plan([change("acme_widget.w", ["read"], { before: { size: 1 }, after: { size: 2 } })]),
  ],
  [
    "a data source with differing values",
    plan([change("acme_widget.w", ["read"], { before: { size: 1 }, after: { size: 2 }, more: { mode: "data" } })]),
  ],
  ["a database is removed from the state", plan([change("aws_db_instance.db", ["forget"], { before: database })])],
  [
    "a resource is imported",
    plan([unchanged("aws_vpc.v", { id: "vpc-1" }, { moreOfChange: { importing: { id: "vpc-1" } } })]),
  ],
  [
    "a change is deferred",
    plan([], "production", {
      complete: false,
      deferred_changes: [{ reason: "provider_config_unknown", resource_change: create("aws_vpc.v", {}) }],
    }),
  ],
  ["an incomplete plan", plan([], "production", { complete: false })],
  ["a failed check", plan([], "production", { checks: [{ address: { to_display: "check.health" }, status: "fail" }] })],
  [
    "an output is no longer sensitive",
    plan([], "production", {
      output_changes: {
        o: {
          actions: ["update"],
          before: "a",
          after: "a",
          after_unknown: false,
          before_sensitive: true,
          after_sensitive: false,
        },
      },
    }),
  ],
  [
    "an alarm with actions_enabled off",
    plan([update("aws_cloudwatch_metric_alarm.a", { actions_enabled: true }, { actions_enabled: false })]),
  ],
  ["the query of a monitor changes", plan([update("datadog_monitor.m", { query: "a" }, { query: "b" })])],
  ["a dashboard is deleted", plan([destroy("aws_cloudwatch_dashboard.d")])],
  // Tags with an effect.
  [
    "the backup tag is removed",
    plan([update("aws_ebs_volume.v", { tags: { Backup: "daily", Name: "v" } }, { tags: { Name: "v" } })]),
  ],
  ["an unknown tag is removed", plan([update("aws_instance.i", { tags: { "cis-level": "2" } }, { tags: {} })])],
  [
    "all tags are known after the apply",
    plan([
      update(
        "aws_vpc.v",
        { tags: { env: "production" }, description: "a" },
        { tags: null, description: "b" },
        { unknown: { tags: true } },
      ),
    ]),
  ],
  [
    "one tag is known after the apply",
    plan([
      update(
        "aws_vpc.v",
        { tags: { env: "production", a: "1" } },
        { tags: { a: "2" } },
        { unknown: { tags: { env: true } } },
      ),
    ]),
  ],
  [
    "a rule was created outside Terraform",
    plan([unchanged("aws_security_group.servers", { ...SG, ingress: [] })], "production", {
      resource_drift: [handMade()],
    }),
  ],
];

function scalingTag(key: string, value: string): JsonObject {
  return { key, value, propagate_at_launch: true };
}

function handMade(): JsonObject {
  const block = { protocol: "tcp", from_port: 22, to_port: 22, cidr_blocks: ["0.0.0.0/0"] };
  return update("aws_security_group.servers", { ...SG, ingress: [] }, { ingress: [block] });
}
