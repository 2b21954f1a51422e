import { isNothing } from "../arithmetic";
import type { BinaryExpression, CallExpression, Expression } from "../datadog";
import { emptySeries, type Telemetry } from "../simulation";
import type { Line, Lines } from "./grouping";
import { linesOf } from "./lines";
import { unsupported } from "./unsupported";

/** The value of an expression in each minute, by group; a constant is the same in all. */
export function linesOfExpression(expression: Expression, telemetry: Telemetry): Lines {
  const result = read(expression, telemetry);
  if (typeof result === "number") throw unsupported("A monitor", "a number alone is no query");
  return result;
}

function read(expression: Expression, telemetry: Telemetry): Lines | number {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "series":
      return linesOf(expression, telemetry);
    case "call":
      return call(expression, telemetry);
    case "binary":
      return arithmetic(expression, read(expression.left, telemetry), read(expression.right, telemetry), telemetry);
    case "reference":
      throw unsupported(expression.name, "monitors have no named queries");
  }
}

function call({ name, of, settings, named }: CallExpression, telemetry: Telemetry): Lines {
  if (settings.length > 0 || Object.keys(named).length > 0)
    throw unsupported(`${name}()`, "its settings have no model");
  const lines = linesOfExpression(of, telemetry);
  if (name === "count_not_null") return countNotNull(lines, telemetry);
  if (name === "default_zero") return new Map([...lines].map(([group, line]) => [group, defaultZero(line)]));
  throw unsupported(`${name}()`, "this function has no model");
}

/**
 * The number of groups that have a value, in each minute; no value in a minute in which no group has one.
 * @see https://docs.datadoghq.com/dashboards/functions/count/
 */
function countNotNull(lines: Lines, { minutes }: Telemetry): Lines {
  if (lines.size === 0) return new Map();
  const values = emptySeries(minutes);
  for (const { values: own } of lines.values()) {
    for (let minute = 0; minute < minutes; minute += 1) {
      if (isNothing(own[minute])) continue;
      const count = values[minute] ?? NaN;
      values[minute] = isNothing(count) ? 1 : count + 1;
    }
  }
  return new Map([["", { tags: {}, values, before: () => NaN }]]);
}

/**
 * Zero where there is no value, once there has been one: a metric that Datadog never received has no series to fill. The monitor
 * decides the result for an empty window (`metric-monitor.ts`).
 * @see https://docs.datadoghq.com/dashboards/functions/interpolation/#default-zero
 */
function defaultZero(line: Line): Line {
  const first = line.values.findIndex((value) => !isNothing(value));
  const values = line.values.map((value, minute) => (isNothing(value) && first >= 0 && minute > first ? 0 : value));
  return { ...line, values, measured: line.values };
}

type Operation = (left: number, right: number) => number;

/** Omits results of divisions by zero and of operands without a value. */
export const operations: Readonly<Record<BinaryExpression["operator"], Operation>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => (right === 0 ? NaN : left / right),
};

/**
 * Arithmetic, minute by minute. A minute in which either operand has no value has no result; a group that only one operand has,
 * has no result at all.
 * @see https://docs.datadoghq.com/monitors/guide/monitor-arithmetic-and-sparse-metrics/
 */
function arithmetic(
  { operator }: BinaryExpression,
  left: Lines | number,
  right: Lines | number,
  { minutes }: Telemetry,
): Lines | number {
  const operation = operations[operator];
  if (typeof left === "number") {
    return typeof right === "number" ? operation(left, right) : mapLines(right, (value) => operation(left, value));
  }
  if (typeof right === "number") return mapLines(left, (value) => operation(value, right));
  const result = new Map<string, Line>();
  for (const [group, one] of left) {
    const other = right.get(group);
    if (other === undefined) continue;
    if (Object.keys(one.tags).join() !== Object.keys(other.tags).join()) {
      throw unsupported(`"${operator}"`, "both sides must be grouped by the same tags");
    }
    if (one.measured !== undefined || other.measured !== undefined) {
      throw unsupported(`"${operator}"`, "default_zero of a gauge has a model only outside of arithmetic");
    }
    const values = emptySeries(minutes);
    for (let minute = 0; minute < minutes; minute += 1) {
      values[minute] = operation(one.values[minute] ?? NaN, other.values[minute] ?? NaN);
    }
    result.set(group, {
      tags: one.tags,
      values,
      before: (minute) => operation(one.before(minute), other.before(minute)),
    });
  }
  return result;
}

function mapLines(lines: Lines, change: (value: number) => number): Lines {
  return new Map(
    [...lines].map(([group, line]) => [
      group,
      {
        ...line,
        values: line.values.map(change),
        before: (minute) => change(line.before(minute)),
        ...(line.measured === undefined ? {} : { measured: line.measured.map(change) }),
      },
    ]),
  );
}
