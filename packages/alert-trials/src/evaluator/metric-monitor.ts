import { isNothing } from "../arithmetic";
import type { MetricQuery } from "../datadog";
import type { Telemetry } from "../simulation";
import { countedGroups, isOfCounts, type Windowed } from "./counts";
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
  const late = lateness(expression, options.evaluation_delay);
  const groups = isOfCounts(expression)
    ? countedGroups(expression, over, telemetry, emptyWindow)
    : [...linesOfExpression(expression, telemetry).values()].map(({ tags, values, measured = values }): Windowed => {
        const known = emptyWindow === "zero" ? values : measured;
        return {
          tags,
          has: (minute) => !isNothing(known[minute] ?? NaN),
          over: (end, minutes) =>
            isNothing(overWindow("max", known, end, minutes)) ? NaN : overWindow(over, values, end, minutes),
        };
      });
  return groups.map(({ tags, has, over: valueOver }) => ({
    tags,
    late,
    has,
    evaluate: (end, previous) => {
      const value = valueOver(end, window.seconds / 60);
      return isNothing(value) ? undefined : statusOfValue(value, comparator, thresholds, previous);
    },
  }));
}
