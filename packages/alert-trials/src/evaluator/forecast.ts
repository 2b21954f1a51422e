import { isNothing, mean, min, sqrt } from "../arithmetic";
import type { CallExpression, MetricQuery } from "../datadog";
import type { Telemetry } from "../simulation";
import { linesOfExpression } from "./expression";
import { type Group, lateness } from "./group";
import type { Line } from "./lines";
import type { Monitor } from "./monitor";
import { NotModelled } from "./not-modelled";
import { statusOfValue } from "./status";

const HOUR = 60;
/** Hours of past values that the regression line is computed from. */
const HISTORY = 7 * 24;
/**
 * Minutes between evaluations of a monitor whose window is two days or longer.
 * @see https://docs.datadoghq.com/monitors/configuration/ "Evaluation frequency"
 */
const EVERY_MINUTES = 30;

/**
 * A forecast alerts when the edge of the predicted range nearer to the threshold, a deviation below or above the line, crosses it within the
 * window. Here the line is the least squares fit of a week of hourly averages; Datadog's default model follows the newest
 * trend and tolerates noise. Both agree when the trend has lasted for the whole week.
 * @see https://docs.datadoghq.com/monitors/types/forecasts/
 */
export function forecastGroups(
  query: MetricQuery,
  call: CallExpression,
  { thresholds, options }: Monitor,
  telemetry: Telemetry,
): Group[] {
  const [algorithm, deviations] = call.settings;
  const { interval, history, model, ...others } = call.named;
  const isKnown = algorithm === "linear" && interval === "60m" && history === "1w" && model === "default";
  if (!isKnown || typeof deviations !== "number" || Object.keys(others).length > 0) {
    throw new NotModelled("of forecasts, only 'linear' with the default model over a week, by the hour, has one here");
  }
  if (query.window.direction !== "next" || query.over !== "min" || !query.comparator.startsWith("<")) {
    throw new NotModelled("of forecasts, only the minimum, compared by < or <=, has a model");
  }
  const late = lateness(call.of, options.evaluation_delay);
  return [...linesOfExpression(call.of, telemetry).values()].map((line) => ({
    tags: line.tags,
    late,
    has: (minute) => !isNothing(line.values[minute] ?? NaN),
    evaluate: (end, previous) => {
      if ((end + late) % EVERY_MINUTES !== 0) return previous;
      const least = leastExpected(line, end, query.window.seconds / 3600, deviations);
      return isNothing(least) ? undefined : statusOfValue(least, query.comparator, thresholds, previous);
    },
  }));
}

function leastExpected(line: Line, end: number, hoursAhead: number, deviations: number): number {
  const points: (readonly [hour: number, value: number])[] = [];
  for (let hour = -HISTORY; hour <= 0; hour += 1) {
    const minute = end + hour * HOUR;
    const value = minute < 0 ? line.before(minute) : (line.values[minute] ?? NaN);
    if (!isNothing(value)) points.push([hour, value]);
  }
  if (points.length < 2) return NaN;
  const [meanHour, meanValue] = [mean(points.map(([hour]) => hour)), mean(points.map(([, value]) => value))];
  const spread = mean(points.map(([hour]) => (hour - meanHour) ** 2));
  const slope = mean(points.map(([hour, value]) => (hour - meanHour) * (value - meanValue))) / spread;
  const expected = (hour: number) => meanValue + slope * (hour - meanHour);
  const deviation = sqrt(mean(points.map(([hour, value]) => (value - expected(hour)) ** 2)));
  return min(expected(0), expected(hoursAhead)) - deviations * deviation;
}
