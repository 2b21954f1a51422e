import { createContext, runInContext } from "node:vm";

import type { Arguments } from "./stack";

/** Values of one minute, by id of the metric; a metric that is left out has none. */
export type Minute = Readonly<Record<string, number>>;

/**
 * Metric math as CloudWatch computes it for one minute.
 *
 * @returns undefined where there is no point: a metric without FILL has no value, or the expression divides by zero
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function pointOf(expression: string, minute: Minute): number | undefined {
  const numbers = expression
    .replaceAll(/FILL\((\w+), (\d+)\)/g, (_, id: string, otherwise: string) => String(minute[id] ?? otherwise))
    .replaceAll(/[a-z]\w*/g, (id) => String(minute[id]));
  const divisors = [...numbers.matchAll(/ \/ \(([^()]*)\)/g)].map(([, divisor = ""]) => divisor);
  if (numbers.includes("undefined") || divisors.some((divisor) => compute(divisor) === 0)) return undefined;
  return compute(numbers);
}

const functions = createContext({
  IF: (condition: boolean, then: number, otherwise: number) => (condition ? then : otherwise),
});

function compute(numbers: string): number {
  return runInContext(numbers.replaceAll(" AND ", " && "), functions) as number;
}

/** More points than the alarm asks for are read: five for three in AWS's examples. */
const POINTS_MORE = 2;

/**
 * An alarm's state as AWS documents it: where one of the newest points is missing, older ones of the evaluation range take its
 * place; what is missing even then does not breach (`treat_missing_data`). For alarms with `>=`.
 *
 * @param newestFirst the points that CloudWatch has, from the last whole minute back
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
 */
export function stateOf(alarm: Arguments, newestFirst: (minutesAgo: number) => number | undefined): "OK" | "ALARM" {
  const [periods, needed] = [Number(alarm.evaluation_periods), Number(alarm.datapoints_to_alarm)];
  const breach = (point: number) => point >= Number(alarm.threshold);
  if (alarm.comparison_operator !== "GreaterThanOrEqualToThreshold") throw new Error("not modelled");
  if (alarm.treat_missing_data !== "notBreaching") throw new Error("not modelled");
  const range = Array.from({ length: periods + POINTS_MORE }, (_, minutesAgo) => newestFirst(minutesAgo));
  const present = range.filter((point) => point !== undefined).slice(0, periods);
  return present.filter(breach).length >= needed ? "ALARM" : "OK";
}
