import { isNothing } from "../arithmetic";
import { type CallExpression, type Expression, type Operation, operations, type SeriesExpression } from "../datadog";
import { emptySeries, type Telemetry } from "../simulation";
import { type Line, type Lines, linesOf } from "./lines";
import { NotModelled } from "./not-modelled";

/**
 * The value of an expression in each minute, by group.
 * @param read the lines of a metric @default its values
 * @throws NotModelled
 */
export function linesOfExpression(
  expression: Expression,
  telemetry: Telemetry,
  read = (series: SeriesExpression): Lines => linesOf(series, telemetry),
): Lines {
  const result = evaluated(expression);
  if (typeof result === "number") throw new NotModelled("a number alone is no query");
  return result;

  /** A constant is the same in all groups and minutes. */
  function evaluated(each: Expression): Lines | number {
    if (each.kind === "number") return each.value;
    if (each.kind === "series") return read(each);
    if (each.kind === "call") return called(each);
    if (each.kind === "reference") throw new NotModelled("monitors have no named queries");
    const operation = operations[each.operator];
    const [left, right] = [operand(each.left), operand(each.right)];
    if (typeof left === "number") {
      return typeof right === "number" ? operation(left, right) : mapLines(right, (value) => operation(left, value));
    }
    return typeof right === "number"
      ? mapLines(left, (value) => operation(value, right))
      : arithmetic(operation, left, right);
  }

  /** A side of an arithmetic. */
  function operand(each: Expression): Lines | number {
    const value = evaluated(each);
    const isRate = each.kind === "series" && each.as === "rate";
    return isRate && typeof value !== "number" ? mapLines(value, (known) => (isNothing(known) ? 0 : known)) : value;
  }

  function called({ name, of, settings, named }: CallExpression): Lines {
    if (settings.length > 0 || Object.keys(named).length > 0) {
      throw new NotModelled(`settings of ${name}() have no model`);
    }
    const lines = linesOfExpression(of, telemetry, read);
    if (name === "count_not_null") return countNotNull(lines, telemetry.minutes);
    if (name === "default_zero") return new Map([...lines].map(([group, line]) => [group, defaultZero(line)]));
    throw new NotModelled(`the function ${name}() has no model`);
  }
}

/**
 * The number of groups that have a value, in each minute; no value in a minute in which no group has one.
 * @see https://docs.datadoghq.com/dashboards/functions/count/
 */
function countNotNull(lines: Lines, minutes: number): Lines {
  if (lines.size === 0) return new Map();
  const all = [...lines.values()];
  const values = emptySeries(minutes).map((_, minute) => {
    const count = all.filter((line) => !isNothing(line.values[minute] ?? NaN)).length;
    return count === 0 ? NaN : count;
  });
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

/**
 * Arithmetic, minute by minute. A count that is read as a rate is zero in a minute without a value. Otherwise a minute in which either operand has no value has no result; a group that only one operand has,
 * has no result at all.
 * @see https://docs.datadoghq.com/monitors/guide/monitor-arithmetic-and-sparse-metrics/
 */
function arithmetic(operation: Operation, left: Lines, right: Lines): Lines {
  const result = new Map<string, Line>();
  for (const [group, one] of left) {
    const other = right.get(group);
    if (other === undefined) continue;
    if (Object.keys(one.tags).join() !== Object.keys(other.tags).join()) {
      throw new NotModelled("both sides of an arithmetic must be grouped by the same tags");
    }
    if (one.measured !== undefined || other.measured !== undefined) {
      throw new NotModelled("default_zero of a gauge has a model only outside of arithmetic");
    }
    const values = one.values.map((value, minute) => operation(value, other.values[minute] ?? NaN));
    result.set(group, {
      tags: one.tags,
      values,
      before: (minute) => operation(one.before(minute), other.before(minute)),
    });
  }
  return result;
}

function mapLines(lines: Lines, change: (value: number) => number): Lines {
  const changed = ({ tags, values, before, measured }: Line): Line => ({
    tags,
    values: values.map(change),
    before: (minute) => change(before(minute)),
    ...(measured === undefined ? {} : { measured: measured.map(change) }),
  });
  return new Map([...lines].map(([group, line]) => [group, changed(line)]));
}
