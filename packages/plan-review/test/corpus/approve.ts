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
import { change, create, destroy, plan, unchanged, update } from "./plans";

export const approve: readonly NamedPlan[] = [
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
  ["an unknown action", plan([change("acme_widget.w", ["obliterate"], { before: {}, after: {} })])],
  [
    "a no-op with a changed value",
    plan([change("aws_iam_policy.p", ["no-op"], { before: { policy: narrow }, after: { policy: "x" } })]),
  ],
  [
    "a rule whose CIDR is known after the apply",
    plan([group, create(INGRESS, rule({ cidr_ipv4: null }), { unknown: { cidr_ipv4: true } })]),
  ],
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
