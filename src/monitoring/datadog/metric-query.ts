/** Space aggregators; percentiles exist for distributions with percentiles only. */
export type Aggregator = "avg" | "max" | "min" | "sum" | "p50" | "p95" | "p99";

/** Units of metrics, in Datadog's names. */
export type Unit =
  | "percent"
  | "fraction"
  | "second"
  | "microsecond"
  | "nanosecond"
  | "byte"
  | "connection"
  | "connection/second"
  | "request"
  | "request/second"
  | "response"
  | "host"
  | "execution"
  | "operation/second"
  | "transaction"
  | "error";

const MODIFIERS = { count: ".as_count()", rate: ".as_rate()", average: ".rollup(avg)" } as const;

/** One metric, filtered and grouped. */
export interface Series {
  /** Space aggregation. */
  readonly aggregator: Aggregator;
  /** Name of the metric, such as `system.cpu.idle`. */
  readonly metric: string;
  /** Filter, such as `["env:staging", "project:dev-one"]`; all tags must match. */
  readonly tags: readonly string[];
  /** Tag keys to group by. @default not grouped */
  readonly by?: readonly string[];
  /**
   * Modifier: `count` sums a count, `rate` divides it by seconds, `average` averages a gauge that CloudWatch counts each minute.
   * @default none
   */
  readonly as?: keyof typeof MODIFIERS;
}

/** A metric query: one metric, or a formula over several. */
export interface MetricQuery {
  /** Metrics by their names in the formula. */
  readonly series: Readonly<Record<string, Series>>;
  /** Formula over the names of `series`, such as `errors / requests * 100`. */
  readonly formula: string;
  /** Unit of the result. */
  readonly unit: Unit;
}

/** A query of one metric. */
export function single(series: Series, unit: Unit): MetricQuery {
  return { series: { a: series }, formula: "a", unit };
}

/** A metric in Datadog's query language, such as `avg:system.cpu.idle{env:staging} by {host}`. */
export function seriesQuery({ aggregator, metric, tags, by = [], as }: Series): string {
  const groups = by.length === 0 ? "" : ` by {${by.join(",")}}`;
  return `${aggregator}:${metric}{${filter(tags)}}${groups}${as === undefined ? "" : MODIFIERS[as]}`;
}

/** Tags joined by commas, or by AND next to an IN list, which the comma syntax does not allow. */
function filter(tags: readonly string[]): string {
  return tags.join(tags.some((tag) => tag.includes(" IN ")) ? " AND " : ",");
}

/** A query as one expression for monitors, such as `sum:x{*}.as_count() / sum:y{*}.as_count() * 100`. */
export function expression(query: MetricQuery): string {
  return withNames(query, (_name, series) => seriesQuery(series));
}

/** The formula of a query with each name replaced. */
export function withNames({ series, formula }: MetricQuery, replace: (name: string, series: Series) => string): string {
  return formula.replaceAll(/\b[a-z_]+\b(?!\s*\()/g, (name) => {
    const found = series[name];
    if (found === undefined) throw new RangeError(`The formula ${formula} has no series "${name}"`);
    return replace(name, found);
  });
}

/** Tag keys that a query groups by. */
export function groupsOf({ series, formula }: MetricQuery): string[] {
  // `count_not_null` counts the groups, so the result has none.
  if (formula.includes("count_not_null(")) return [];
  return [...new Set(Object.values(series).flatMap(({ by = [] }) => [...by]))];
}

/** Whether the metrics come from CloudWatch, 10 to 12 minutes late. */
export function isFromCloudWatch({ series }: MetricQuery): boolean {
  return Object.values(series).some(({ metric }) => metric.startsWith("aws."));
}
