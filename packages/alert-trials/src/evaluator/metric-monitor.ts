import { isNothing } from "../arithmetic";
import type { MetricQuery } from "../datadog";
import type { Telemetry } from "../simulation";
import { isOfCounts, linesOfCounts } from "./counts";
import { linesOfExpression } from "./expression";
import { type EmptyWindow, type Group, lateness } from "./group";
import { aggregationNamed, overWindow } from "./lines";
import type { Monitor } from "./monitor";
import { NotModelled } from "./not-modelled";
import { statusOfValue } from "./status";

/**
 * Compares the value of the evaluation window with the thresholds, every minute.
 * @see https://docs.datadoghq.com/monitors/types/metric/
 */
export function metricGroups(
  query: MetricQuery,
  { thresholds, options }: Monitor,
  telemetry: Telemetry,
  emptyWindow: EmptyWindow,
): Group[] {
  const { expression, window, comparator } = query;
  if (window.direction !== "last" || window.seconds >= 86_400) {
    throw new NotModelled("of windows, only the last minutes and hours, below a day, have a model");
  }
  const over = aggregationNamed(query.over);
  const minutes = window.seconds / 60;
  const late = lateness(expression, options.evaluation_delay);
  const isCounted = isOfCounts(expression);
  if (isCounted && over !== "sum") throw new NotModelled("arithmetic of counts is added up over its window: write sum");
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
