/** The parsed query of a Datadog monitor, SLO or graph. */

/** Arithmetic over metrics. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  /** In the formula of a graph: a reference to the query of that name. */
  | { readonly kind: "reference"; readonly name: string }
  | SeriesExpression
  | CallExpression
  | BinaryExpression;

/** `sum:metric{filter} by {tag}.as_count()` */
export interface SeriesExpression {
  readonly kind: "series";
  readonly aggregator: string;
  readonly metric: string;
  /** All must match; an empty list matches everything. */
  readonly filters: readonly Filter[];
  readonly by: readonly string[];
  readonly as?: "count" | "rate";
  readonly rollup?: { readonly method: string; readonly seconds?: number };
}

export interface CallExpression {
  readonly kind: "call";
  readonly name: string;
  readonly of: Expression;
  /** Further arguments, by position. */
  readonly settings: readonly (string | number)[];
  /** Further arguments, by name. */
  readonly named: Readonly<Record<string, string | number>>;
}

export interface BinaryExpression {
  readonly kind: "binary";
  readonly operator: "+" | "-" | "*" | "/";
  readonly left: Expression;
  readonly right: Expression;
}

export type Filter =
  /** The tag has one of the values; `*` stands for any text within one. */
  | { readonly kind: "tag"; readonly key: string; readonly values: readonly string[]; readonly isNegated: boolean }
  /** A template variable of a dashboard. */
  | { readonly kind: "variable"; readonly name: string };

export type Comparator = ">" | ">=" | "<" | "<=" | "==" | "!=";

export interface Comparison {
  readonly comparator: Comparator;
  readonly threshold: number;
}

export interface MetricQuery extends Comparison {
  readonly kind: "metric";
  /** The time aggregation over the window. */
  readonly over: string;
  readonly window: Window;
  readonly expression: Expression;
}

/** `last_10m`, or `next_1w` for a forecast. */
export interface Window {
  readonly direction: "last" | "next";
  readonly seconds: number;
}

export interface CheckQuery {
  readonly kind: "check";
  readonly check: string;
  readonly over: readonly string[];
  readonly by: readonly string[];
}

export interface BurnRateQuery extends Comparison {
  readonly kind: "burn rate";
  readonly objective: string;
  readonly longSeconds: number;
  readonly shortSeconds: number;
}

/** Monitors joined by "and", "or" and "not". */
export type Condition =
  | { readonly kind: "monitor"; readonly id: string }
  | { readonly kind: "not"; readonly of: Condition }
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition };

export type MonitorQuery =
  MetricQuery | CheckQuery | BurnRateQuery | { readonly kind: "composite"; readonly condition: Condition };

/** Every metric that an expression reads. */
export function seriesIn(expression: Expression): SeriesExpression[] {
  if (expression.kind === "series") return [expression];
  if (expression.kind === "call") return seriesIn(expression.of);
  return expression.kind === "binary" ? [expression.left, expression.right].flatMap(seriesIn) : [];
}

/** Every monitor that a composite reads. */
export function monitorsIn(condition: Condition): string[] {
  if (condition.kind === "monitor") return [condition.id];
  return condition.kind === "not" ? monitorsIn(condition.of) : [condition.left, condition.right].flatMap(monitorsIn);
}

/** Whether tags pass a filter by a tag. */
export function matches(
  { key, values, isNegated }: Extract<Filter, { kind: "tag" }>,
  tags: Readonly<Record<string, string>>,
): boolean {
  const value = tags[key];
  const pattern = (text: string) => text.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const isOne = value !== undefined && values.some((each) => new RegExp(`^${pattern(each).join(".*")}$`).test(value));
  return isOne !== isNegated;
}

export type Operation = (left: number, right: number) => number;

/** The result is NaN, which is no value, of an operand without a value and of a division by zero. */
export const operations: Readonly<Record<BinaryExpression["operator"], Operation>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => (right === 0 ? NaN : left / right),
};

const comparisons: Readonly<Record<Comparator, (value: number, threshold: number) => boolean>> = {
  ">": (value, threshold) => value > threshold,
  ">=": (value, threshold) => value >= threshold,
  "<": (value, threshold) => value < threshold,
  "<=": (value, threshold) => value <= threshold,
  "==": (value, threshold) => value === threshold,
  "!=": (value, threshold) => value !== threshold,
};

/** Whether the comparison of a value with the threshold of a monitor or a conditional format is true. */
export function compare(value: number, comparator: Comparator, threshold: number): boolean {
  return comparisons[comparator](value, threshold);
}
