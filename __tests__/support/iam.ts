import type { PolicyStatement } from "./policies";

/** One request, as AWS authorizes it. An API call may be several of them, such as CreateAlias: the alias and its key. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request, and their values. A key that is not here is not in the request. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** What can decide about a request of one role. */
export interface RolePolicies {
  /** Statements of the policies attached to the role. */
  readonly identity: readonly PolicyStatement[];
  /** ARN of the role. Needed with `resource`. */
  readonly role?: string;
  /** Statements of the resource's own policy, such as that of a KMS key. @default none */
  readonly resource?: readonly PolicyStatement[];
  /** Statements of the role's permissions boundary. @default the role has none */
  readonly boundary?: readonly PolicyStatement[];
}

/**
 * Whether IAM allows a role's request within one account: no statement of any policy denies it, and one allows it: in the resource's
 * policy by naming the role, or in a policy of the role. The boundary must allow it as well, unless the resource's policy names the
 * role's session, which no policy here does.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function isAllowed(
  request: IamRequest,
  { identity, role = "", resource = [], boundary }: RolePolicies,
): boolean {
  const matching = (statements: readonly PolicyStatement[]) =>
    statements.filter((each) => isNamed(each.Action, request.action) && conditionsHold(each, request));
  const onResource = (statements: readonly PolicyStatement[] = []) =>
    matching(statements.filter((each) => anyMatches(each.Resource ?? [], request.resource)));
  const granted = [...onResource(identity), ...matching(resource.filter((each) => principals(each).includes(role)))];
  const bounded = onResource(boundary);
  const allows = ({ Effect }: PolicyStatement) => Effect === "Allow";
  return (
    granted.some(allows) && (boundary === undefined || bounded.some(allows)) && [...granted, ...bounded].every(allows)
  );
}

/** Whether one of the patterns in a statement's `Action` names an action. */
export const isNamed = (patterns: readonly string[], action: string): boolean => anyMatches(patterns, action, "i");

function principals({ Principal }: PolicyStatement): readonly string[] {
  const named = typeof Principal === "object" && Principal !== null ? (Principal as { AWS?: unknown }).AWS : [];
  return listOf(named);
}

function conditionsHold({ Condition = {} }: PolicyStatement, { context = {} }: IamRequest): boolean {
  const operators = Object.entries(Condition as Record<string, Record<string, unknown>>);
  return operators.every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, listOf(wanted), listOf(context[key]))),
  );
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function holds(operator: string, wanted: readonly string[], values: readonly string[]): boolean {
  const isThere = values.length > 0;
  if (operator === "Null") return wanted.includes(String(!isThere));
  const [, set, name = "", ifExists] = /^(ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (!isThere) return ifExists !== undefined || set === "ForAllValues:";
  const matches = (value: string) => anyMatches(wanted, value, "", matching(name));
  return set === "ForAllValues:" ? values.every(matches) : values.some(matches);
}

function matching(operator: string): "exact" | "wildcards" {
  if (["StringEquals", "Bool"].includes(operator)) return "exact";
  if (["StringLike", "ArnLike", "ArnEquals"].includes(operator)) return "wildcards";
  throw new Error(`The operator ${operator} is not evaluated here`);
}

function anyMatches(
  patterns: readonly string[],
  value: string,
  flags = "",
  by: "exact" | "wildcards" = "wildcards",
): boolean {
  return patterns.some((pattern) => {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return by === "exact"
      ? pattern === value
      : new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, flags).test(value);
  });
}

function listOf(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]) as string[];
}
