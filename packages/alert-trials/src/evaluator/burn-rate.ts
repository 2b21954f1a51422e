import { isNothing, max } from "../arithmetic";
import { type BurnRateQuery, compare, parseExpression } from "../datadog";
import { emptySeries, type Telemetry } from "../simulation";
import { type Group, lateness } from "./group";
import { linesOf } from "./lines";
import { NotModelled } from "./not-modelled";

/** An SLO over counts. */
export interface Objective {
  readonly good: string;
  readonly total: string;
  /** The target: share of good events, percent. */
  readonly targetPercent: number;
}

/**
 * A burn rate is the error rate divided by the error rate that the target allows. An alert needs it above the threshold in the long window,
 * so that short bursts do not alert, and in the short one, so that the alert recovers soon after. A window without requests has no rate.
 * @see https://docs.datadoghq.com/service_level_objectives/burn_rate/
 */
export function burnRateGroups(query: BurnRateQuery, objective: Objective, telemetry: Telemetry): Group[] {
  const longest = max(query.longSeconds, query.shortSeconds) / 60;
  const good = sums(objective.good, telemetry, longest);
  const total = sums(objective.total, telemetry, longest);
  const allowed = 1 - objective.targetPercent / 100;
  const rate = (end: number, seconds: number) => {
    const requests = total.over(end, seconds / 60);
    return requests > 0 ? (1 - good.over(end, seconds / 60) / requests) / allowed : NaN;
  };
  return [
    {
      tags: {},
      late: total.late,
      has: (minute) => !isNothing(total.values[minute] ?? NaN),
      evaluate: (end) => {
        const rates = [query.longSeconds, query.shortSeconds].map((seconds) => rate(end, seconds));
        if (rates.some(isNothing)) return undefined;
        return rates.every((each) => compare(each, query.comparator, query.threshold)) ? "Alert" : "OK";
      },
    },
  ];
}

/** Computes the sum over any window up to some minutes from cumulative sums, which begin that many minutes before the first. */
function sums(text: string, telemetry: Telemetry, longest: number) {
  const expression = parseExpression(text);
  if (expression.kind !== "series" || expression.as !== "count" || expression.by.length > 0) {
    throw new NotModelled("an objective has a model only over one count on either side, without groups");
  }
  const line = linesOf(expression, telemetry).get("");
  const values = line?.values ?? emptySeries(telemetry.minutes);
  const until = new Float64Array(longest + telemetry.minutes + 1);
  for (let index = 0; index < longest + telemetry.minutes; index += 1) {
    const value = (index < longest ? line?.before(index - longest) : values[index - longest]) ?? NaN;
    until[index + 1] = (until[index] ?? 0) + (isNothing(value) ? 0 : value);
  }
  const sumUntil = (minute: number) => until[max(0, minute + longest + 1)] ?? 0;
  return {
    values,
    late: lateness(expression),
    over: (end: number, minutes: number) => sumUntil(end) - sumUntil(end - minutes),
  };
}
