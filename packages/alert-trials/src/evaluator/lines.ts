import { isNothing, max, min } from "../arithmetic";
import { metricNamed, type SeriesExpression } from "../datadog";
import { emptySeries, type Source, type Telemetry } from "../simulation";
import { grouped, groupTags, type Line, type Lines } from "./grouping";
import { percentileLines } from "./percentiles";
import { unsupported } from "./unsupported";

const AGGREGATORS = ["avg", "min", "max", "sum"];

/**
 * Space aggregation: the sources that match the filter, one value a minute for each group. A source that lacks a tag of
 * the grouping belongs to no group.
 *
 * Gaps stay gaps. Datadog interpolates a gauge over gaps of up to five minutes, but only once the next value has arrived; during the gap,
 * an alert sees no interpolated value, as here.
 * @see https://docs.datadoghq.com/metrics/guide/interpolation-the-fill-modifier-explained/
 * @see https://docs.datadoghq.com/monitors/configuration/ "Multi alert"
 */
export function linesOf(series: SeriesExpression, telemetry: Telemetry): Lines {
  const { metric, aggregator, by, as, rollup } = series;
  const entry = metricNamed(metric);
  if (rollup !== undefined) throw unsupported(metric, "a rollup of its own has no model");
  if (entry === undefined) throw unsupported(metric, "the metric catalogue has no such metric");
  if (/^p\d+$/.test(aggregator)) return percentileLines(series, telemetry);
  if (!AGGREGATORS.includes(aggregator)) throw unsupported(metric, `the aggregator ${aggregator} has no model`);
  if (entry.type === "distribution") throw unsupported(metric, "of a distribution only percentiles have a model");
  if ((entry.type === "count") !== (as !== undefined)) {
    throw unsupported(metric, "a count is read with as_count() or as_rate(), and nothing else is");
  }
  const perSecond = as === "rate" ? 1 / 60 : 1;
  const found = grouped(telemetry.metrics.get(metric) ?? [], series);
  return new Map(
    [...found].map(([group, sources]) => {
      const at = (read: (source: Source) => number) => aggregate(aggregator, sources.map(read)) * perSecond;
      const values = emptySeries(telemetry.minutes);
      for (let minute = 0; minute < telemetry.minutes; minute += 1) {
        values[minute] = combine(aggregator, sources, minute) * perSecond;
      }
      const line: Line = {
        tags: groupTags(sources[0]?.tags ?? {}, by),
        values,
        before: (minute) => at(({ before }) => before?.(minute) ?? NaN),
      };
      return [group, line];
    }),
  );
}

/** Allocates no arrays, because it runs for every minute of every group. */
function combine(aggregator: string, sources: readonly Source[], minute: number): number {
  let count = 0;
  let result = NaN;
  for (const { values } of sources) {
    const value = values[minute] ?? NaN;
    if (isNothing(value)) continue;
    count += 1;
    if (count === 1) result = value;
    else if (aggregator === "min") result = min(result, value);
    else if (aggregator === "max") result = max(result, value);
    else result += value;
  }
  return aggregator === "avg" ? result / count : result;
}

function aggregate(aggregator: string, all: readonly number[]): number {
  const values = all.filter((value) => !isNothing(value));
  if (values.length === 0) return NaN;
  if (aggregator === "min") return min(...values);
  if (aggregator === "max") return max(...values);
  const sum = values.reduce((total, value) => total + value, 0);
  return aggregator === "avg" ? sum / values.length : sum;
}
