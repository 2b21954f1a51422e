// What somebody has to decide.
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
    "a no-op that is none",
    plan([change("aws_iam_policy.p", ["no-op"], { before: { policy: narrow }, after: { policy: "x" } })]),
  ],
  ["443 from anywhere", plan([group, create(INGRESS, rule({ cidr_ipv4: "0.0.0.0/0" }))])],
  [
    "a port between groups",
    plan([group, create(INGRESS, rule({ cidr_ipv4: null, referenced_security_group_id: "sg-2" }))]),
  ],
  [
    "a rule whose peer is not known yet",
    plan([group, create(INGRESS, rule({ cidr_ipv4: null }), { unknown: { cidr_ipv4: true } })]),
  ],
  ["a rule is closed", plan([group, destroy(INGRESS, rule())])],
  [
    "a policy is not known yet",
    plan([update("aws_iam_policy.p", { policy: narrow }, { policy: null }, { unknown: { policy: true } })]),
  ],
  [
    "a policy allows a little more",
    plan([
      update(
        "aws_iam_policy.p",
        { policy: narrow },
        { policy: policy(allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::assets/*")) },
      ),
    ]),
  ],
  [
    "one repository of GitHub may take on the role",
    plan([githubRole({ StringEquals: { [`${GITHUB}:sub`]: "repo:dev-one/infrastructure:ref:refs/heads/main" } })]),
  ],
  [
    "anybody of our own account",
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
    "a policy that can make policies, within a boundary",
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
    "everything on the roles of one name",
    plan([create("aws_iam_role_policy.p", { policy: policy(allow("iam:*", "arn:aws:iam::444455556666:role/app-*")) })]),
  ],
  ["a tag of another provider, which may be a version", plan([update("docker_image.i", { tags: "1" }, { tags: "2" })])],
  [
    "a denial is lifted",
    plan([
      update(
        "aws_iam_policy.p",
        { policy: policy({ Effect: "Deny", Action: "s3:DeleteObject", Resource: "*" }) },
        { policy: policy() },
      ),
    ]),
  ],
  [
    "a key's own account administers it",
    plan([
      create("aws_kms_key.k", {
        policy: policy({ ...allow("kms:*"), Principal: { AWS: "arn:aws:iam::444455556666:root" } }),
      }),
    ]),
  ],
  [
    "encryption is not known yet",
    plan([update("aws_efs_file_system.f", { encrypted: true }, { encrypted: null }, { unknown: { encrypted: true } })]),
  ],
  [
    "another route",
    plan([
      update(
        "aws_route.r",
        { route_table_id: "rtb-1", destination_cidr_block: "10.9.0.0/16", vpc_peering_connection_id: "pcx-1" },
        { vpc_peering_connection_id: null, transit_gateway_id: "tgw-1" },
      ),
    ]),
  ],
  [
    "a name answers something else",
    plan([update("aws_route53_record.r", { name: "www", type: "CNAME", records: ["a"] }, { records: ["b"] })]),
  ],
  ["more servers", plan([update("aws_autoscaling_group.g", { max_size: 12 }, { max_size: 14 })])],
  [
    "a major upgrade",
    plan([update("aws_db_instance.db", { ...database, engine_version: "17" }, { engine_version: "18" })]),
  ],
  [
    "the tag that says production",
    plan([update("aws_vpc.v", { tags: { env: "production" } }, { tags: { env: "staging" } })]),
  ],
  [
    "the tag that says production, as a block",
    plan([
      update(
        "aws_autoscaling_group.g",
        { tag: [scalingTag("Name", "a"), scalingTag("env", "production")] },
        { tag: [scalingTag("Name", "a"), scalingTag("env", "staging")] },
      ),
    ]),
  ],
  [
    "a resource that is said to be read, and differs",
    plan([change("acme_widget.w", ["read"], { before: { size: 1 }, after: { size: 2 } })]),
  ],
  [
    "a resource that is said to be data, and is changed",
    plan([change("acme_widget.w", ["read"], { before: { size: 1 }, after: { size: 2 }, more: { mode: "data" } })]),
  ],
  ["a database is forgotten", plan([change("aws_db_instance.db", ["forget"], { before: database })])],
  [
    "a resource is imported",
    plan([unchanged("aws_vpc.v", { id: "vpc-1" }, { moreOfChange: { importing: { id: "vpc-1" } } })]),
  ],
  [
    "a change is put off",
    plan([], "production", {
      complete: false,
      deferred_changes: [{ reason: "provider_config_unknown", resource_change: create("aws_vpc.v", {}) }],
    }),
  ],
  ["a plan that left something out", plan([], "production", { complete: false })],
  [
    "a check that does not hold",
    plan([], "production", { checks: [{ address: { to_display: "check.health" }, status: "fail" }] }),
  ],
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
    "an alarm that would never do anything again",
    plan([update("aws_cloudwatch_metric_alarm.a", { actions_enabled: true }, { actions_enabled: false })]),
  ],
  ["a monitor is silenced", plan([update("datadog_monitor.m", { query: "a" }, { query: "b" })])],
  ["a dashboard is deleted", plan([destroy("aws_cloudwatch_dashboard.d")])],
  // Tags that are more than words.
  [
    "the tag by which something is backed up goes",
    plan([update("aws_ebs_volume.v", { tags: { Backup: "daily", Name: "v" } }, { tags: { Name: "v" } })]),
  ],
  ["a tag goes that nobody knows", plan([update("aws_instance.i", { tags: { "cis-level": "2" } }, { tags: {} })])],
  [
    "tags that are not known at all",
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
    "one tag that is not known",
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
    "a rule was opened by hand",
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
