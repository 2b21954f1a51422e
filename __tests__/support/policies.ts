import type { Json } from "@dev-one/cli/json";
import { decodeDocument } from "@dev-one/terraform-json/resources";

/** A statement of a policy; references are text, such as `aws_kms_key.x.arn`. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: unknown;
}

export function statements(policy: unknown): readonly PolicyStatement[] {
  const document = typeof policy === "string" ? decodeDocument(policy) : undefined;
  if (document === undefined) throw new Error(`Not a policy: ${JSON.stringify(policy)}`);
  return (withPlainReferences(document) as unknown as { Statement: readonly PolicyStatement[] }).Statement;
}

function withPlainReferences(document: Json): Json {
  const plain = (_key: string, value: unknown) =>
    typeof value === "string" ? value.replace(/^\$\{([\w.[\]-]+)\}$/, "$1") : value;
  return JSON.parse(JSON.stringify(document), plain) as Json;
}

/** Each action, or each resource, of each statement that allows it, and the statements without it. */
export function removals(policy: readonly PolicyStatement[], of: "Action" | "Resource") {
  return policy
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap((statement) =>
      (statement[of] ?? []).map((removed) => {
        const less = { ...statement, [of]: statement[of]?.filter((each) => each !== removed) };
        return { statement, removed, others: policy.map((each) => (each === statement ? less : each)) };
      }),
    );
}
