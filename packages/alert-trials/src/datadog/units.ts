import { metricNamed } from "./catalogue";
import type { BinaryExpression, Expression, SeriesExpression } from "./query";

/** An expression whose units do not fit; the message is one sentence. */
export class UnitError extends Error {
  override readonly name = "UnitError";
}

/** Multiplications that convert one unit into another. */
const CONVERSIONS: Readonly<Record<string, { readonly factor: number; readonly to: string }>> = {
  fraction: { factor: 100, to: "percent" },
  byte: { factor: 8, to: "bit" },
  "byte/second": { factor: 8, to: "bit/second" },
};

/** Units that count as another one: each request has one response. */
const ALIKE: Readonly<Record<string, string>> = { response: "request" };

const COUNTS_GROUPS = ["count_not_null", "count_nonzero"];

/**
 * The unit of an expression's result, from the units of its metrics.
 *
 * @param references units of the queries that a formula names
 * @throws UnitError for a metric that is not in the catalogue, or arithmetic that mixes units
 */
export function unitOf(expression: Expression, references: Readonly<Record<string, string>> = {}): string {
  if (expression.kind === "number") return "number";
  if (expression.kind === "series") return unitOfSeries(expression);
  if (expression.kind === "binary") return unitOfArithmetic(expression, references);
  if (expression.kind === "call") {
    return COUNTS_GROUPS.includes(expression.name) ? "host" : unitOf(expression.of, references);
  }
  const unit = references[expression.name];
  if (unit === undefined) throw new UnitError(`There is no query named ${expression.name}.`);
  return unit;
}

function unitOfSeries({ metric, as }: SeriesExpression): string {
  const entry = metricNamed(metric);
  if (entry === undefined) throw new UnitError(`The metric catalogue has no metric ${metric}.`);
  if (as === "rate" && !entry.unit.endsWith("/second")) return `${entry.unit}/second`;
  return entry.unit;
}

function unitOfArithmetic(expression: BinaryExpression, references: Readonly<Record<string, string>>): string {
  const { operator, left: one, right: other } = expression;
  const [left, right] = [unitOf(one, references), unitOf(other, references)];
  if (left === "number" && right === "number") return "number";
  if (operator === "/") {
    // A quantity divided by its maximum is a fraction, as is one divided by another of the same unit.
    if (right === "number" || isAlike(left, right)) return "fraction";
    throw new UnitError(`${left} divided by ${right} is no unit that we know.`);
  }
  if (operator === "*") {
    const [unit, factor] = right === "number" ? [left, other] : [right, one];
    const conversion = CONVERSIONS[unit];
    if (factor.kind === "number" && conversion?.factor === factor.value) return conversion.to;
    throw new UnitError(`${left} times ${right} is no conversion that we know.`);
  }
  if (isAlike(left, right)) return left;
  // 100 % minus the idle share.
  if (one.kind === "number" && one.value === 100 && right === "percent") return "percent";
  throw new UnitError(`${left} and ${right} cannot be added.`);
}

function isAlike(left: string, right: string): boolean {
  return (ALIKE[left] ?? left) === (ALIKE[right] ?? right);
}
