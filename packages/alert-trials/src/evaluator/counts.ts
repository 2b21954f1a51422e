import { isNothing } from "../arithmetic";
import { type Expression, seriesIn } from "../datadog";
import type { Tags, Telemetry } from "../simulation";
import { operations } from "./expression";
import type { EmptyWindow } from "./group";
import { type Aggregation, groupTags, linesOf, overWindow } from "./lines";
import { NotModelled } from "./not-modelled";

/** Whether a query is evaluated as arithmetic of counts: arithmetic with at least one `as_count()`. */
export function isOfCounts(expression: Expression): boolean {
  return expression.kind !== "series" && seriesIn(expression).some(({ as }) => as === "count");
}

/** The values of one group of a query. */
export interface Windowed {
  readonly tags: Tags;
  /** Whether a minute has a value. */
  readonly has: (minute: number) => boolean;
  /** The result over a window that ends with a minute; NaN when there is none. */
  readonly over: (end: number, minutes: number) => number;
}

/**
 * Arithmetic of counts sums each count over the window before it computes the result: the errors of five minutes divided by the
 * requests of five minutes. A missing count is zero while another one has values, so that no errors are zero errors while there are requests.
 * `default_zero` is meant for a single count, which it may set to zero when the window has no values. Within arithmetic of counts Datadog
 * advises against it and does not document its effect.
 * @see https://docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations/
 * @see https://docs.datadoghq.com/dashboards/functions/interpolation/#default-zero
 */
export function countedGroups(
  expression: Expression,
  over: Aggregation,
  telemetry: Telemetry,
  emptyWindow: EmptyWindow,
): Windowed[] {
  if (over !== "sum") throw new NotModelled("arithmetic of counts is added up over its window: write sum");
  if (expression.kind === "binary" && hasCall(expression)) {
    throw new NotModelled("functions within arithmetic of counts have no model");
  }
  const series = seriesIn(expression);
  const by = series[0]?.by ?? [];
  if (series.some(({ as }) => as !== "count")) throw new NotModelled("counts are computed with counts only");
  if (series.some((each) => each.by.join() !== by.join())) {
    throw new NotModelled("all counts of a query are grouped alike");
  }
  // Finds what has no model now, and not in a minute of an evaluation.
  compute(expression, new Map(), NaN);
  const lines = new Map(series.map((each) => [each, linesOf(each, telemetry)]));
  const groups = new Map([...lines.values()].flatMap((each) => [...each]));
  return [...groups].map(([group, { tags }]) => {
    const values = [...lines].map(([each, own]) => [each, own.get(group)?.values] as const);
    return {
      tags: groupTags(tags, by),
      has: (minute) => values.some(([, own]) => own !== undefined && !isNothing(own[minute] ?? NaN)),
      over: (end, minutes) => {
        const sums = new Map<Expression, number>(
          values.map(([each, own]) => [each, own === undefined ? NaN : overWindow("sum", own, end, minutes)]),
        );
        const isEmpty = [...sums.values()].every(isNothing);
        if (isEmpty && emptyWindow === "nothing") return NaN;
        return compute(expression, sums, isEmpty ? NaN : 0);
      },
    };
  });
}

function hasCall(expression: Expression): boolean {
  if (expression.kind === "binary") return hasCall(expression.left) || hasCall(expression.right);
  return expression.kind === "call";
}

/** @param absent the value of a count without values, where `default_zero` does not set it */
function compute(expression: Expression, sums: ReadonlyMap<Expression, number>, absent: number): number {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "series": {
      const sum = sums.get(expression) ?? NaN;
      return isNothing(sum) ? absent : sum;
    }
    case "binary":
      return operations[expression.operator](
        compute(expression.left, sums, absent),
        compute(expression.right, sums, absent),
      );
    case "call":
      if (expression.name !== "default_zero" || expression.of.kind !== "series") {
        throw new NotModelled(`the function ${expression.name}() of counts has no model`);
      }
      return compute(expression.of, sums, 0);
    case "reference":
      throw new NotModelled("monitors have no named queries");
  }
}
