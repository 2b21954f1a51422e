// Plans for the benchmark of the plan review: as long as the plan of a large project, with several kinds of change.
import { writeFileSync } from "node:fs";

import type { JsonObject } from "@dev-one/cli/json";

const TAGS = { Name: "bench", env: "production", project: "dev-one" };
const policy = (...actions: string[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: actions.map((Action) => ({ Effect: "Allow", Action, Resource: "arn:aws:s3:::bench/*" })),
  });

/** Type, values, and the values that a change gives. */
const KINDS: readonly (readonly [string, JsonObject, JsonObject])[] = [
  [
    "aws_vpc_security_group_ingress_rule",
    { security_group_id: "sg-1", ip_protocol: "tcp", from_port: 443, to_port: 443, cidr_ipv4: "10.1.0.0/16" },
    { to_port: 444 },
  ],
  [
    "aws_iam_policy",
    { name: "bench", policy: policy("s3:GetObject", "s3:PutObject") },
    { policy: policy("s3:GetObject", "s3:DeleteObject") },
  ],
  ["aws_db_instance", { identifier: "bench", password: "not-a-password", storage_encrypted: true }, { port: 5433 }],
  ["aws_route53_record", { zone_id: "Z1", name: "host", type: "A", records: ["10.0.0.1"] }, { records: ["10.0.0.2"] }],
  ["aws_subnet", { cidr_block: "10.1.1.0/24" }, { tags: { ...TAGS, team: "platform" } }],
  ["aws_launch_template", { image_id: "ami-1", description: "x".repeat(2000) }, { image_id: "ami-2" }],
];

/** Writes a plan with the given number of changes. */
export function writePlanOfChanges(file: string, count: number): void {
  write(
    file,
    Array.from({ length: count }, (_, index) => change(index, index % 10 === 9 ? "delete" : "update")),
  );
}

/** Writes a plan of at least the given number of bytes, in which every hundredth resource changes. */
export function writePlanOfBytes(file: string, bytes: number): void {
  const changes: JsonObject[] = [];
  for (let size = 0; size < bytes; size += JSON.stringify(changes.at(-1)).length + 1) {
    changes.push(change(changes.length, changes.length % 100 === 0 ? "update" : "no-op"));
  }
  write(file, changes);
}

function write(file: string, resource_changes: JsonObject[]): void {
  const head = { format_version: "1.2", terraform_version: "1.11.4", planned_values: { root_module: {} } };
  writeFileSync(file, JSON.stringify({ ...head, configuration: {}, resource_changes }));
}

function change(index: number, action: "update" | "delete" | "no-op"): JsonObject {
  const [type, values, changed] = KINDS[index % KINDS.length] ?? ["aws_vpc", {}, {}];
  const before = { id: `bench-${index}`, tags: TAGS, ...values };
  const after = { update: { ...before, ...changed }, delete: null, "no-op": before }[action];
  const secret = { password: true };
  const sides = { before, after, after_unknown: {}, before_sensitive: secret, after_sensitive: secret };
  const place = { address: `module.bench.${type}.number[${index}]`, mode: "managed", type, name: "number" };
  return { ...place, provider_name: "aws", change: { actions: [action], ...sides } };
}
