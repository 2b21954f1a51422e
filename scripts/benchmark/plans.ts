// Plans for the benchmark of the plan review: as long as the plan of a large project, with every kind of change.
import { writeFileSync } from "node:fs";

import type { JsonObject } from "@dev-one/cli/json";

const PLANNED = {
  format_version: "1.2",
  terraform_version: "1.11.4",
  planned_values: { root_module: {} },
  configuration: {},
};
const TAGS = { Name: "bench", env: "production", project: "dev-one" };

/** Writes a plan with the given number of changes. */
export function writePlanOfChanges(file: string, changes: number): void {
  write(
    file,
    Array.from({ length: changes }, (_, index) => change(index, index % 10 === 9 ? "delete" : "update")),
  );
}

/** Writes a plan of at least the given number of bytes, in which every hundredth resource changes. */
export function writePlanOfBytes(file: string, bytes: number): void {
  const changes: JsonObject[] = [];
  for (let size = 0, index = 0; size < bytes; index += 1) {
    const next = change(index, index % 100 === 0 ? "update" : "no-op");
    size += JSON.stringify(next).length + 1;
    changes.push(next);
  }
  write(file, changes);
}

function write(file: string, resource_changes: JsonObject[]): void {
  writeFileSync(file, JSON.stringify({ ...PLANNED, resource_changes }));
}

function change(index: number, action: "update" | "delete" | "no-op"): JsonObject {
  const [type, before, after] = KINDS[index % KINDS.length]?.(index) ?? ["aws_vpc", {}, {}];
  const sides = {
    before,
    after: action === "delete" ? null : action === "update" ? { ...before, ...after } : before,
    after_unknown: {},
    before_sensitive: { password: true },
    after_sensitive: { password: true },
  };
  const address = `module.bench.${type}.number[${index}]`;
  return {
    address,
    mode: "managed",
    type,
    name: "number",
    provider_name: "aws",
    change: { actions: [action], ...sides },
  };
}

type Kind = (index: number) => readonly [string, JsonObject, JsonObject];

const policy = (actions: readonly string[], index: number): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: actions.map((action) => ({
      Effect: "Allow",
      Action: action,
      Resource: `arn:aws:s3:::bench-${index}/*`,
    })),
  });

const KINDS: readonly Kind[] = [
  (index) => [
    "aws_vpc_security_group_ingress_rule",
    {
      security_group_id: `sg-${index % 40}`,
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
      cidr_ipv4: `10.${index % 200}.0.0/16`,
      tags: TAGS,
    },
    { to_port: 444 + (index % 100) },
  ],
  (index) => [
    "aws_iam_policy",
    {
      id: `policy-${index}`,
      name: `bench-${index}`,
      policy: policy(["s3:GetObject", "s3:ListBucket", "s3:PutObject"], index),
      tags: TAGS,
    },
    { policy: policy(["s3:GetObject", "s3:DeleteObject"], index) },
  ],
  (index) => [
    "aws_db_instance",
    {
      id: `db-${index}`,
      identifier: `bench-${index}`,
      instance_class: "db.m7g.large",
      password: `not-a-password-${index}`,
      storage_encrypted: true,
      tags: TAGS,
    },
    { instance_class: "db.m7g.xlarge" },
  ],
  (index) => [
    "aws_route53_record",
    {
      zone_id: `Z${index % 5}`,
      name: `host-${index}.dev-one.it`,
      type: "A",
      ttl: 60,
      records: [`10.0.${index % 250}.1`],
    },
    { records: [`10.0.${index % 250}.2`] },
  ],
  (index) => [
    "aws_subnet",
    { id: `subnet-${index}`, cidr_block: `10.${index % 250}.1.0/24`, tags: TAGS },
    { tags: { ...TAGS, team: "platform" } },
  ],
  (index) => [
    "aws_launch_template",
    { id: `lt-${index}`, name: `bench-${index}`, image_id: "ami-1", description: "x".repeat(2000), tags: TAGS },
    { image_id: "ami-2" },
  ],
];
