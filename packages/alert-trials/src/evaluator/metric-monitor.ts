import { isNothing } from "../arithmetic";
import type { MetricQuery } from "../datadog";
import { emptySeries, type Telemetry } from "../simulation";
import { type Counted, countedGroups, isOfCounts } from "./counts";
import { linesOfExpression } from "./expression";
import { type EmptyWindow, firstOf, type Group, type Groups, lateness } from "./group";
import { statusOfValue, type Thresholds } from "./status";
import { unsupported } from "./unsupported";
import { overWindow } from "./window";

export interface MetricMonitorOptions {
  readonly thresholds: Thresholds;
  readonly evaluationDelay?: number | undefined;
  readonly emptyWindow: EmptyWindow;
}

/**
 * Compares the value of the evaluation window with the thresholds, every minute.
 * @see https://docs.datadoghq.com/monitors/types/metric/
 */
export function metricGroups(query: MetricQuery, telemetry: Telemetry, options: MetricMonitorOptions): Groups {
  const { expression, over, window, comparator } = query;
  if (window.direction !== "last" || window.seconds >= 86_400) {
    throw unsupported("A window", "only the last minutes and hours, below a day, have a model");
  }
  const minutes = window.seconds / 60;
  const late = lateness(expression, options.evaluationDelay);
  if (isOfCounts(expression)) {
    const groups = countedGroups(expression, over, telemetry, options.emptyWindow);
    return new Map([...groups].map(([name, counted]) => [name, ofCounts(counted, telemetry)]));
  }
  return new Map(
    [...linesOfExpression(expression, telemetry)].map(([name, { tags, values, measured = values }]) => {
      const known = options.emptyWindow === "zero" ? values : measured;
      const group: Group = {
        tags,
        first: firstOf(measured),
        late,
        has: (now) => !isNothing(known[now - late] ?? NaN),
        evaluate: (now, previous) => {
          const end = now - late;
          if (known !== values && isNothing(overWindow("max", known, end, minutes))) return undefined;
          const value = overWindow(over, values, end, minutes);
          return isNothing(value) ? undefined : statusOfValue(value, comparator, options.thresholds, previous);
        },
      };
      return [name, group];
    }),
  );

  function ofCounts({ tags, has, over: sum }: Counted, { minutes: all }: Telemetry): Group {
    return {
      tags,
      first: firstOf(emptySeries(all).map((_, minute) => (has(minute) ? 1 : NaN))),
      late,
      has: (now) => now >= late && has(now - late),
      evaluate: (now, previous) => {
        const value = sum(now - late, minutes);
        return isNothing(value) ? undefined : statusOfValue(value, comparator, options.thresholds, previous);
      },
    };
  }
}
