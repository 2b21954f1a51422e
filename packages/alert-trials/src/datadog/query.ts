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

export interface MetricQuery {
  readonly kind: "metric";
  /** The time aggregation over the window. */
  readonly over: string;
  readonly window: Window;
  readonly expression: Expression;
  readonly comparator: Comparator;
  readonly threshold: number;
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
  /** The number of the latest results that are counted. */
  readonly last: number;
}

export interface BurnRateQuery {
  readonly kind: "burn rate";
  readonly objective: string;
  readonly timeframe: string;
  readonly longSeconds: number;
  readonly shortSeconds: number;
  readonly comparator: Comparator;
  readonly threshold: number;
}

/** Monitors joined by "and", "or" and "not". */
export type Condition =
  | { readonly kind: "monitor"; readonly id: string }
  | { readonly kind: "not"; readonly of: Condition }
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition };

export interface CompositeQuery {
  readonly kind: "composite";
  readonly condition: Condition;
}

export type MonitorQuery = MetricQuery | CheckQuery | BurnRateQuery | CompositeQuery;

/** Every metric that an expression reads. */
export function seriesIn(expression: Expression): SeriesExpression[] {
  switch (expression.kind) {
    case "series":
      return [expression];
    case "call":
      return seriesIn(expression.of);
    case "binary":
      return [...seriesIn(expression.left), ...seriesIn(expression.right)];
    default:
      return [];
  }
}

/** Every monitor that a composite reads. */
export function monitorsIn(condition: Condition): string[] {
  switch (condition.kind) {
    case "monitor":
      return [condition.id];
    case "not":
      return monitorsIn(condition.of);
    default:
      return [...monitorsIn(condition.left), ...monitorsIn(condition.right)];
  }
}
