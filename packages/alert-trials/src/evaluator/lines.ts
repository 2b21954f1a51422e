import { isNothing, max, min } from "../arithmetic";
import { type Filter, matches, metricNamed, type SeriesExpression } from "../datadog";
import { emptySeries, type Source, type Tags, type Telemetry } from "../simulation";
import { NotModelled } from "./not-modelled";
import { percentile } from "./percentiles";

/** The values of one group over the simulated time. */
export interface Line {
  readonly tags: Tags;
  readonly values: Float64Array;
  /** The value of a minute before the first. */
  readonly before: (minute: number) => number;
  /** The values before `default_zero` filled them. @default the values */
  readonly measured?: Float64Array;
}

/** Lines by their group, such as `zone-1|api-1`; a query without groups has one, the empty string. */
export type Lines = ReadonlyMap<string, Line>;

export type Aggregation = "avg" | "min" | "max" | "sum";

/** @throws NotModelled */
export function aggregationNamed(name: string): Aggregation {
  if (name === "avg" || name === "min" || name === "max" || name === "sum") return name;
  throw new NotModelled(`the aggregation ${name} has no model`);
}

/** Aggregates the values from an index up to another; NaN when there are none. Allocates nothing, because it runs for every minute. */
export function aggregate(
  how: Aggregation,
  from: number,
  to: number,
  at: (index: number) => number | undefined,
): number {
  let count = 0;
  let result = NaN;
  for (let index = from; index < to; index += 1) {
    const value = at(index) ?? NaN;
    if (isNothing(value)) continue;
    count += 1;
    if (count === 1) result = value;
    else if (how === "min") result = min(result, value);
    else if (how === "max") result = max(result, value);
    else result += value;
  }
  return how === "avg" ? result / count : result;
}

/**
 * Aggregates the values of an evaluation window, which ends with a minute. Minutes without a value, and those before the first, do not count.
 * @see https://docs.datadoghq.com/monitors/configuration/?tab=thresholdalert#aggregation-method
 */
export function overWindow(over: Aggregation, values: Float64Array, end: number, minutes: number): number {
  return aggregate(over, max(0, end - minutes + 1), end + 1, (minute) => values[minute]);
}

/**
 * Space aggregation: the sources that match the filter, one value a minute for each group. A source that lacks a tag of the grouping
 * belongs to no group. A percentile of a distribution is computed from the values of all sources together.
 *
 * Gaps stay gaps. Datadog interpolates a gauge over gaps of up to five minutes, but only once the next value has arrived; during the gap,
 * an alert sees no interpolated value, as here.
 * @see https://docs.datadoghq.com/metrics/guide/interpolation-the-fill-modifier-explained/
 * @see https://docs.datadoghq.com/monitors/configuration/ "Multi alert"
 * @see https://docs.datadoghq.com/metrics/distributions/
 */
export function linesOf(series: SeriesExpression, telemetry: Telemetry): Lines {
  const { metric, aggregator, as, rollup } = series;
  const { minutes } = telemetry;
  const entry = metricNamed(metric);
  if (rollup !== undefined) throw new NotModelled("a rollup of its own has no model");
  if (entry === undefined) throw new NotModelled("the metric catalogue has no such metric");
  const isPercentile = /^p\d+$/.test(aggregator);
  if (isPercentile !== (entry.type === "distribution")) {
    throw new NotModelled("only percentiles of distributions have a model");
  }
  if ((entry.type === "count") !== (as !== undefined)) {
    throw new NotModelled("a count is read with as_count() or as_rate(), and nothing else is");
  }
  if (isPercentile) {
    const share = Number(aggregator.slice(1)) / 100;
    return linesBy(series, telemetry.distributions.get(metric), (sources) => ({
      values: emptySeries(minutes).map((_, minute) =>
        percentile(
          sources.flatMap((source) => source.values[minute] ?? []),
          share,
        ),
      ),
      before: () => NaN,
    }));
  }
  const how = aggregationNamed(aggregator);
  const perSecond = as === "rate" ? 1 / 60 : 1;
  return linesBy(series, telemetry.metrics.get(metric), (sources) => {
    const all = (at: (index: number) => number | undefined) => aggregate(how, 0, sources.length, at) * perSecond;
    return {
      values: emptySeries(minutes).map((_, minute) => all((index) => sources[index]?.values[minute])),
      before: (past) => all((index) => sources[index]?.before(past)),
    };
  });
}

function linesBy<T>(
  series: SeriesExpression,
  sources: ReadonlyMap<Tags, Source<T>> | undefined,
  line: (sources: readonly Source<T>[]) => Omit<Line, "tags">,
): Lines {
  const lines = [...grouped(sources, series)].map(([group, own]): [string, Line] => {
    return [group, { tags: groupTags(own[0]?.tags ?? {}, series.by), ...line(own) }];
  });
  return new Map(lines);
}

/** The sources that match the filter, by group. */
export function grouped<T>(
  sources: ReadonlyMap<Tags, Source<T>> | undefined,
  { filters, by }: Pick<SeriesExpression, "filters" | "by">,
): Map<string, Source<T>[]> {
  const groups = new Map<string, Source<T>[]>();
  for (const source of sources?.values() ?? []) {
    if (!filters.every((filter) => passes(filter, source.tags))) continue;
    if (by.some((key) => source.tags[key] === undefined)) continue;
    const group = by.map((key) => source.tags[key]).join("|");
    groups.set(group, [...(groups.get(group) ?? []), source]);
  }
  return groups;
}

export function groupTags(tags: Tags, by: readonly string[]): Tags {
  return Object.fromEntries(by.map((key) => [key, tags[key] ?? ""]));
}

function passes(filter: Filter, tags: Tags): boolean {
  if (filter.kind === "variable") throw new NotModelled(`monitors have no template variable $${filter.name}`);
  return matches(filter, tags);
}
