// Dangerous changes of every kind.
import type { JsonObject } from "@dev-one/cli/json";

import {
  allow,
  database,
  group,
  groupWithoutRules,
  INGRESS,
  type NamedPlan,
  policy,
  rule,
  SG,
  SSH,
  tagChanges,
} from "./builders";
import { change, create, destroy, plan, replace, unchanged, update } from "./plans";

export const forbidden: readonly NamedPlan[] = [
  [
    "a database is replaced, destroyed first",
    plan([replace("aws_db_instance.db", database, { db_name: "x" }, { replacePaths: [["db_name"]] })]),
  ],
  [
    "a database is replaced, created first",
    plan([change("aws_db_instance.db", ["create", "delete"], { before: database, after: database })]),
  ],
  [
    "a volume's deposed object is destroyed",
    plan([destroy("aws_ebs_volume.v", {}, { more: { deposed: "abcd1234" } })]),
  ],
  [
    "a secret is destroyed among 200 harmless changes",
    plan([...tagChanges(200), destroy("aws_secretsmanager_secret.s")]),
  ],
  ["an unknown environment counts as production", plan([destroy("aws_db_instance.db")], "rehearsal")],
  [
    "a plan without an environment counts as production",
    plan([destroy("aws_db_instance.db")], "x", { configuration: {} }),
  ],
  // Public ingress.
  [
    "SSH from anywhere",
    plan([group, create(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0" }))], "staging"),
  ],
  ["inline rules of a security group", plan([inlineGroup()])],
  ["rules of dynamic blocks, which the configuration in the plan omits", dynamicGroup(false)],
  ["a new group with rules of dynamic blocks", dynamicGroup(true)],
  [
    "a rule that a security group mirrors, made outside Terraform",
    plan(
      [
        unchanged("aws_security_group.servers", { ...SG, ingress: [SSH] }),
        create(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0" })),
      ],
      "production",
      { configuration: groupWithoutRules },
    ),
  ],
  [
    "a bucket policy allows every principal",
    plan([
      create("aws_s3_bucket_policy.p", {
        bucket: "b",
        policy: policy({ ...allow("s3:GetObject", "arn:aws:s3:::b/*"), Principal: "*" }),
      }),
    ]),
  ],
  [
    "every principal, under a condition that every request satisfies",
    plan([
      create("aws_sqs_queue_policy.p", {
        policy: policy({
          ...allow("sqs:*"),
          Principal: { AWS: "*" },
          Condition: { Bool: { "aws:SecureTransport": "true" } },
        }),
      }),
    ]),
  ],
];

function dynamicGroup(isNew: boolean): JsonObject {
  const after = { ...SG, ingress: [SSH], egress: [] };
  const each = isNew
    ? create("aws_security_group.servers", after)
    : update("aws_security_group.servers", { ...SG, ingress: [], egress: [] }, after);
  return plan([each], "production", { configuration: groupWithoutRules });
}

function inlineGroup(): JsonObject {
  const block = (port: number, cidr: string): JsonObject => ({
    protocol: "tcp",
    from_port: port,
    to_port: port,
    cidr_blocks: [cidr],
  });
  const before = { ...SG, ingress: [block(80, "0.0.0.0/0"), block(22, "10.0.0.0/8")] };
  return update("aws_security_group.servers", before, {
    ingress: [block(22, "0.0.0.0/0"), block(22, "10.0.0.0/8"), block(80, "0.0.0.0/0")],
  });
}
