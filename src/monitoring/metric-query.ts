/** Space aggregators; percentiles exist for distributions with percentiles only. */
export type Aggregator = "avg" | "max" | "min" | "sum" | "p50" | "p95" | "p99";

/** Units, in Datadog's names, of what is compared with a threshold or drawn. */
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
  | "error";

const MODIFIERS = { count: ".as_count()", rate: ".as_rate()", average: ".rollup(avg)" } as const;

/** One metric, filtered and grouped. */
export interface Series {
  /** How the sources of the metric become one line. */
  readonly aggregator: Aggregator;
  /** Name of the metric, such as `system.cpu.idle`. */
  readonly metric: string;
  /** Filter, such as `["env:staging", "project:dev-one"]`; all must hold. */
  readonly tags: readonly string[];
  /** Tag keys. @default not grouped */
  readonly by?: readonly string[];
  /**
   * How a count is read: as so many, as so many each second, or, of what is there at one time and counted again and again, as the
   * average of those counts. @default as it is stored
   */
  readonly as?: keyof typeof MODIFIERS;
}

/** A number over time: one metric, or a formula over several, each under a name of its own. */
export interface MetricQuery {
  /** The metrics, by the names that the formula uses. */
  readonly series: Readonly<Record<string, Series>>;
  /** Such as `errors / requests * 100`; the names are those of `series`. */
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

/** Datadog's short form joins by commas; where a list of values stands, everything is written out. */
function filter(tags: readonly string[]): string {
  return tags.join(tags.some((tag) => tag.includes(" IN ")) ? " AND " : ",");
}

/** A query as one expression, as monitors want it: `sum:x{*}.as_count() / sum:y{*}.as_count() * 100`. */
export function expression(query: MetricQuery): string {
  return withNames(query, (_name, series) => seriesQuery(series));
}

/** The formula of a query, with something else in place of each name. */
export function withNames({ series, formula }: MetricQuery, replace: (name: string, series: Series) => string): string {
  return formula.replaceAll(/\b[a-z_]+\b(?!\s*\()/g, (name) => {
    const found = series[name];
    if (found === undefined) throw new RangeError(`The formula ${formula} has no series "${name}"`);
    return replace(name, found);
  });
}

/** The groups of a query, each once; a formula's series have them in common. */
export function groupsOf({ series, formula }: MetricQuery): string[] {
  // Counting groups leaves none.
  if (formula.includes("count_not_null(")) return [];
  return [...new Set(Object.values(series).flatMap(({ by = [] }) => [...by]))];
}

/** Whether the numbers come from CloudWatch, 10 to 12 minutes late. */
export function isFromCloudWatch({ series }: MetricQuery): boolean {
  return Object.values(series).some(({ metric }) => metric.startsWith("aws."));
}
