import { isNothing, max } from "../arithmetic";
import { type BurnRateQuery, compare, parseExpression } from "../datadog";
import type { Telemetry } from "../simulation";
import { firstOf, type Group, lateness } from "./group";
import { type Line, linesOf } from "./lines";
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
  const good = rising(objective.good, telemetry);
  const total = rising(objective.total, telemetry);
  const allowed = 1 - objective.targetPercent / 100;
  const rate = (end: number, seconds: number) => {
    const requests = total.sum(end, seconds / 60);
    return requests > 0 ? (1 - good.sum(end, seconds / 60) / requests) / allowed : NaN;
  };
  return [
    {
      tags: {},
      first: total.first,
      late: total.late,
      has: (now) => !isNothing(total.values[now - total.late] ?? NaN),
      evaluate: (now) => {
        const rates = [query.longSeconds, query.shortSeconds].map((seconds) => rate(now - total.late, seconds));
        if (rates.some(isNothing)) return undefined;
        return rates.every((each) => compare(each, query.comparator, query.threshold)) ? "Alert" : "OK";
      },
    },
  ];
}

/** Computes the sum over any window from cumulative sums. */
function rising(text: string, telemetry: Telemetry) {
  const expression = parseExpression(text);
  if (expression.kind !== "series" || expression.as !== "count" || expression.by.length > 0) {
    throw new NotModelled("an objective has a model only over one count on either side, without groups");
  }
  const line = linesOf(expression, telemetry).get("");
  const values = line?.values ?? new Float64Array(telemetry.minutes).fill(NaN);
  const since = cumulated(values.map((value) => (isNothing(value) ? 0 : value)));
  return {
    values,
    first: firstOf(values),
    late: lateness(expression),
    sum: (end: number, minutes: number) => {
      const start = end - minutes + 1;
      const known = (since[end + 1] ?? 0) - (since[max(0, start)] ?? 0);
      return known + (start < 0 && line !== undefined ? past(line, start) : 0);
    },
  };
}

const pasts = new WeakMap<Line, Map<number, number>>();

/** The count from a minute before the first one up to the first. */
function past(line: Line, start: number): number {
  const known = pasts.get(line) ?? new Map<number, number>();
  pasts.set(line, known);
  const sum = known.get(start);
  if (sum !== undefined) return sum;
  // Fills in from the newest minute back: the sum from the following minute is known in most cases.
  const own = line.before(start);
  const result = (isNothing(own) ? 0 : own) + (start === -1 ? 0 : past(line, start + 1));
  known.set(start, result);
  return result;
}

function cumulated(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, index) => (sums[index + 1] = (sums[index] ?? 0) + value));
  return sums;
}
