import { isNothing } from "../arithmetic";
import type { Comparator, MetricQuery } from "../datadog";
import type { Telemetry } from "../simulation";
import { isOfCounts, linesOfCounts } from "./counts";
import { linesOfExpression } from "./expression";
import { type EmptyWindow, type Group, lateness } from "./group";
import { aggregate, type Aggregation, aggregationNamed, type Line, linesOf, overWindow } from "./lines";
import type { Monitor } from "./monitor";
import { NotModelled } from "./not-modelled";
import { statusOfValue, type Thresholds } from "./status";

const DAY = 24 * 60;

/**
 * Compares the value of the evaluation window with the thresholds, every minute, or every ten minutes for a window of a day or more.
 * @see https://docs.datadoghq.com/monitors/types/metric/
 * @see https://docs.datadoghq.com/monitors/configuration/ "Evaluation frequency"
 */
export function metricGroups(
  query: MetricQuery,
  { thresholds, options }: Monitor,
  telemetry: Telemetry,
  emptyWindow: EmptyWindow,
): Group[] {
  const { expression, window, comparator } = query;
  const minutes = window.seconds / 60;
  if (window.direction !== "last" || minutes >= 2 * DAY) {
    throw new NotModelled("of windows, only the last minutes and hours, below two days, have a model");
  }
  const over = aggregationNamed(query.over);
  const late = lateness(expression, options.evaluation_delay);
  const isCounted = isOfCounts(expression);
  if (isCounted && over !== "sum") throw new NotModelled("arithmetic of counts is added up over its window: write sum");
  if (minutes >= DAY) {
    if (expression.kind !== "series")
      throw new NotModelled("of windows of a day and more, only those of one metric have a model");
    return [...linesOf(expression, telemetry).values()].map((line) =>
      overDays(line, over, minutes, late, comparator, thresholds),
    );
  }
  const lines = isCounted
    ? linesOfCounts(expression, minutes, telemetry, emptyWindow)
    : linesOfExpression(expression, telemetry);
  return [...lines.values()].map(({ tags, values, measured = values }) => {
    const known = isCounted || emptyWindow === "nothing" ? measured : values;
    const valueOver = (end: number) => {
      if (isCounted) return values[end] ?? NaN;
      return isNothing(overWindow("max", known, end, minutes)) ? NaN : overWindow(over, values, end, minutes);
    };
    return {
      tags,
      late,
      has: (minute) => !isNothing(known[minute] ?? NaN),
      evaluate: (end, previous) => {
        const value = valueOver(end);
        return isNothing(value) ? undefined : statusOfValue(value, comparator, thresholds, previous);
      },
    };
  });
}

/** A window of a day or more, which also has values from before the first minute. */
function overDays(
  { tags, values, before }: Line,
  over: Aggregation,
  minutes: number,
  late: number,
  comparator: Comparator,
  thresholds: Thresholds,
): Group {
  const inWindow = memoized((end) =>
    aggregate(over, end - minutes + 1, end + 1, (minute) => (minute < 0 ? before(minute) : values[minute])),
  );
  const valueAt = (end: number) => inWindow(end - (end % 10));
  return {
    tags,
    late,
    has: (end) => !isNothing(valueAt(end)),
    evaluate: (end, previous) => {
      const value = valueAt(end);
      return isNothing(value) ? undefined : statusOfValue(value, comparator, thresholds, previous);
    },
  };
}

function memoized(of: (key: number) => number): (key: number) => number {
  const known = new Map<number, number>();
  return (key) => {
    const value = known.get(key) ?? of(key);
    known.set(key, value);
    return value;
  };
}
