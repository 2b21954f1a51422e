import { isNothing } from "../arithmetic";
import { type Expression, type SeriesExpression, seriesIn } from "../datadog";
import { emptySeries, type Telemetry } from "../simulation";
import { linesOfExpression } from "./expression";
import type { EmptyWindow } from "./group";
import { type Line, type Lines, linesOf, overWindow } from "./lines";
import { NotModelled } from "./not-modelled";

/** Whether a query is evaluated as arithmetic of counts: arithmetic with at least one `as_count()`. */
export function isOfCounts(expression: Expression): boolean {
  return expression.kind !== "series" && seriesIn(expression).some(({ as }) => as === "count");
}

/**
 * Arithmetic of counts sums each count over the window before it computes the result: the errors of five minutes divided by the
 * requests of five minutes. A missing count is zero while another one has values, so that no errors are zero errors while there are requests.
 * `default_zero` is meant for a single count, which it may set to zero when the window has no values. Within arithmetic of counts Datadog
 * advises against it and does not document its effect.
 * @see https://docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations/
 * @see https://docs.datadoghq.com/dashboards/functions/interpolation/#default-zero
 * @returns the result of the window that ends with a minute, and as measured the minutes in which any of the counts has a value
 */
export function linesOfCounts(
  expression: Expression,
  minutes: number,
  telemetry: Telemetry,
  emptyWindow: EmptyWindow,
): Lines {
  const isDefaultZero = expression.kind === "call" && expression.name === "default_zero";
  const single = isDefaultZero && expression.of.kind === "series" ? expression.of : undefined;
  if (single === undefined && hasCall(expression)) {
    throw new NotModelled("functions within arithmetic of counts have no model");
  }
  const series = seriesIn(expression);
  if (series.some(({ as }) => as !== "count")) throw new NotModelled("counts are computed with counts only");
  if (series.some(({ by }) => by.join() !== series[0]?.by.join())) {
    throw new NotModelled("all counts of a query are grouped alike");
  }
  const counts = series.map((each) => linesOf(each, telemetry));
  const measured = new Map<string, Float64Array>();
  const windows = new Map(series.map((each) => [each, new Map<string, Line>()]));
  for (const [group, line] of new Map(counts.flatMap((each) => [...each]))) {
    const own = counts.map((each) => each.get(group)?.values ?? emptySeries(telemetry.minutes));
    const sums = own.map((values) => values.map((_, end) => overWindow("sum", values, end, minutes)));
    const hasAny = (all: readonly Float64Array[], minute: number) =>
      all.some((values) => !isNothing(values[minute] ?? NaN));
    measured.set(
      group,
      line.values.map((_, minute) => (hasAny(own, minute) ? 1 : NaN)),
    );
    for (const [index, each] of series.entries()) {
      const filled = sums[index]?.map((value, end) => (isNothing(value) && hasAny(sums, end) ? 0 : value));
      windows.get(each)?.set(group, { ...line, values: filled ?? line.values });
    }
  }
  const windowOf = (each: SeriesExpression): Lines => windows.get(each) ?? new Map();
  const isZero = single === undefined || emptyWindow === "zero";
  const result = linesOfExpression(isZero ? expression : single, telemetry, windowOf);
  return new Map(
    [...result].map(([group, line]) => [group, { ...line, measured: measured.get(group) ?? line.values }]),
  );
}

function hasCall(expression: Expression): boolean {
  if (expression.kind === "binary") return hasCall(expression.left) || hasCall(expression.right);
  return expression.kind === "call";
}
