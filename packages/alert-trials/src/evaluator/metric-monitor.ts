import { isNothing } from "../arithmetic";
import type { MetricQuery } from "../datadog";
import type { Telemetry } from "../simulation";
import { countedGroups, isOfCounts } from "./counts";
import { linesOfExpression } from "./expression";
import { type EmptyWindow, firstOf, type Group, groupsOfLines, lateness } from "./group";
import { aggregationNamed, overWindow } from "./lines";
import { NotModelled } from "./not-modelled";
import { statusOfValue, type Thresholds } from "./status";

export interface MetricMonitorOptions {
  readonly thresholds: Thresholds;
  readonly evaluationDelay?: number | undefined;
  readonly emptyWindow: EmptyWindow;
}

/**
 * Compares the value of the evaluation window with the thresholds, every minute.
 * @see https://docs.datadoghq.com/monitors/types/metric/
 */
export function metricGroups(query: MetricQuery, telemetry: Telemetry, options: MetricMonitorOptions): Group[] {
  const { expression, window, comparator } = query;
  if (window.direction !== "last" || window.seconds >= 86_400) {
    throw new NotModelled("of windows, only the last minutes and hours, below a day, have a model");
  }
  const over = aggregationNamed(query.over);
  const minutes = window.seconds / 60;
  const late = lateness(expression, options.evaluationDelay);
  const status = (value: number, previous: Parameters<Group["evaluate"]>[1]) =>
    isNothing(value) ? undefined : statusOfValue(value, comparator, options.thresholds, previous);
  if (isOfCounts(expression)) {
    return countedGroups(expression, over, telemetry, options.emptyWindow).map(({ tags, has, over: sum }) => ({
      tags,
      first: Array.from({ length: telemetry.minutes }, (_, minute) => has(minute)).indexOf(true),
      late,
      has: (now) => now >= late && has(now - late),
      evaluate: (now, previous) => status(sum(now - late, minutes), previous),
    }));
  }
  return groupsOfLines(linesOfExpression(expression, telemetry), late, ({ values, measured = values }) => {
    const known = options.emptyWindow === "zero" ? values : measured;
    return {
      first: firstOf(measured),
      has: (now) => !isNothing(known[now - late] ?? NaN),
      evaluate: (now, previous) => {
        const end = now - late;
        if (known !== values && isNothing(overWindow("max", known, end, minutes))) return undefined;
        return status(overWindow(over, values, end, minutes), previous);
      },
    };
  });
}
