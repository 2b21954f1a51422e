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
