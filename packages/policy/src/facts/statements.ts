import type { Block } from "@dev-one/terraform-json/resources";

/** A statement of an IAM policy, with lists where IAM allows one or many. */
export interface Statement {
  readonly sid: string | undefined;
  readonly effect: string;
  /** Identifiers by type (`AWS`, `Service`, `Federated`); `*` has the type `AWS`. */
  readonly principals: Readonly<Record<string, readonly string[]>>;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Arguments that contain policies, and the resource types that have them. */
const POLICY_ARGUMENTS = ["policy", "assume_role_policy", "policy_document"];
export const POLICY_TYPES = [
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_iam_policy",
  "aws_kms_key",
  "aws_s3_bucket_policy",
  "aws_cloudwatch_log_resource_policy",
  "aws_vpc_endpoint",
];

/** The statements of every policy in a block. @throws Undecided */
export function statementsOf(block: Block, ...names: readonly string[]): Statement[] {
  return (names.length === 0 ? POLICY_ARGUMENTS : names).flatMap((name) => {
    const document = block.document(name) as { Statement?: unknown } | undefined;
    return listOf(document?.Statement).map((each) => statement(each as Readonly<Record<string, unknown>>));
  });
}

export function allows({ effect }: Statement): boolean {
  return effect === "Allow";
}

function statement(raw: Readonly<Record<string, unknown>>): Statement {
  const { Principal } = raw;
  return {
    sid: raw.Sid === undefined ? undefined : textOf(raw.Sid),
    effect: textOf(raw.Effect),
    principals: typeof Principal === "string" ? { AWS: [Principal] } : listsIn(Principal),
    actions: textsOf(raw.Action),
    notActions: textsOf(raw.NotAction),
    resources: textsOf(raw.Resource),
    conditions: Object.fromEntries(
      Object.entries(raw.Condition ?? {}).map(([operator, keys]) => [operator, listsIn(keys)]),
    ),
  };
}

function listsIn(value: unknown): Record<string, string[]> {
  return Object.fromEntries(Object.entries(value ?? {}).map(([key, each]) => [key, textsOf(each)]));
}

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const textsOf = (value: unknown): string[] => listOf(value).map(textOf);
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
