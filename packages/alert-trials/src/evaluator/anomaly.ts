import { abs, isNothing, max, mean, sqrt } from "../arithmetic";
import type { CallExpression, MetricQuery } from "../datadog";
import { emptySeries, type Telemetry } from "../simulation";
import { linesOfExpression } from "./expression";
import { type Group, lateness } from "./group";
import type { Line } from "./lines";
import type { Monitor } from "./monitor";
import { NotModelled } from "./not-modelled";

const WEEK = 7 * 24 * 60;
/** Number of earlier weeks that the band is computed from. */
const WEEKS = 4;
/** Minutes before and after, whose values in earlier weeks give the standard deviation. */
const NEIGHBOURS = 15;

/**
 * An anomaly monitor alerts when a share of the points in the trigger window, here all of them, are outside of the band of the same time
 * in other weeks, and recovers when a share of the points in the recovery window, here none, are.
 *
 * Datadog does not publish its algorithms. Here the band is the mean of the same minutes of four weeks, and as many standard
 * deviations around it as the query says; "agile" also moves with the last hours, so that it adapts to a lasting anomaly
 * and reports its end as one. A scenario therefore expects the alert, not the exact time of its end.
 * @see https://docs.datadoghq.com/monitors/types/anomaly/
 */
export function anomalyGroups(
  query: MetricQuery,
  call: CallExpression,
  { thresholds, options }: Monitor,
  telemetry: Telemetry,
): Group[] {
  const { trigger_window: triggerWindow, recovery_window: recoveryWindow } = options.monitor_threshold_windows ?? {};
  const [algorithm, deviations] = call.settings;
  const { direction, interval, alert_window: window, seasonality, count_default_zero: zero, ...others } = call.named;
  const isKnown = algorithm === "agile" && seasonality === "weekly" && direction === "both" && interval === 60;
  if (!isKnown || typeof deviations !== "number" || zero !== "true" || Object.keys(others).length > 0) {
    throw new NotModelled(
      "of anomalies, only 'agile', weekly, in both directions, with count_default_zero has a model",
    );
  }
  if (query.comparator !== ">=" || window !== triggerWindow) {
    throw new NotModelled("of anomalies, the share is compared by >=, and the alert window is the trigger window");
  }
  const { critical, critical_recovery: criticalRecovery = critical } = thresholds;
  const [trigger, recovery] = [minutesOf(triggerWindow), minutesOf(recoveryWindow)];
  const late = lateness(call.of, options.evaluation_delay);
  return [...linesOfExpression(call.of, telemetry).values()].map((line) => {
    const outside = outsideOf(line, deviations, telemetry.minutes);
    const share = (end: number, length: number) => mean(outside.subarray(max(0, end - length + 1), end + 1));
    return {
      tags: line.tags,
      late,
      // A minute without a value counts as zero, which is a value.
      has: () => true,
      evaluate: (end, previous) => {
        if (end + 1 < trigger) return undefined;
        if (share(end, trigger) >= critical) return "Alert";
        return previous === "Alert" && share(end, recovery) > criticalRecovery ? "Alert" : "OK";
      },
    };
  });
}

/** 1 for a minute whose value is outside of the band of the same minute in other weeks. */
function outsideOf({ values, before }: Line, deviations: number, minutes: number): Float64Array {
  const past = Array.from({ length: WEEKS }, (_, week) =>
    emptySeries(minutes).map((_own, minute) => before(minute - (week + 1) * WEEK)),
  );
  const usual = emptySeries(minutes).map((_, minute) => mean(past.map((week) => week[minute] ?? NaN)));
  const squares = usual.map((one, minute) => mean(past.map((week) => ((week[minute] ?? NaN) - one) ** 2)));
  return values.map((value, minute) => {
    const around = squares.subarray(max(0, minute - NEIGHBOURS), minute + NEIGHBOURS + 1);
    const spread = sqrt(mean(around) * (WEEKS / (WEEKS - 1)));
    const distance = abs((isNothing(value) ? 0 : value) - (usual[minute] ?? NaN));
    return distance > deviations * spread ? 1 : 0;
  });
}

function minutesOf(window = ""): number {
  const [, amount = "", unit = ""] = /^last_(\d+)([mh])$/.exec(window) ?? [];
  if (amount === "") throw new NotModelled(`"${window}" is no window of minutes or hours`);
  return Number(amount) * (unit === "h" ? 60 : 1);
}
