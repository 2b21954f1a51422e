import type { BinaryExpression, Expression, Filter, SeriesExpression } from "./query";
import { Scanner } from "./scanner";

const AGGREGATOR = /(?:avg|max|min|sum|count|p50|p75|p90|p95|p99)(?=:)/;
const METRIC = /[A-Za-z][\w.]*(?=\{)/;
const NUMBER = /\d+(?:\.\d+)?(?:e[+-]?\d+)?/;
const NAME = /[A-Za-z_]\w*/;
const TAG_KEY = /[A-Za-z][\w./-]*/;
const TAG_VALUE = /[^\s,(){}]+/;
const STRING = /'[^']*'/;

/** The query of a graph, or the expression of a monitor. @throws QueryError */
export function parseExpression(text: string): Expression {
  const scanner = new Scanner(text);
  const expression = readExpression(scanner, false);
  scanner.end();
  return expression;
}

/** The formula of a graph, in which names stand for its queries. @throws QueryError */
export function parseFormula(text: string): Expression {
  const scanner = new Scanner(text);
  const expression = readExpression(scanner, true);
  scanner.end();
  return expression;
}

/** Parses an expression up to its end. Multiplication and division bind tighter; operators of equal precedence are left-associative. */
export function readExpression(scanner: Scanner, withNames: boolean): Expression {
  const product = () => leftToRight(scanner, /[*/]/, () => operand(scanner, withNames));
  return leftToRight(scanner, /[+-]/, product);
}

function leftToRight(scanner: Scanner, operators: RegExp, next: () => Expression): Expression {
  let left = next();
  for (let operator = scanner.take(operators); operator !== undefined; operator = scanner.take(operators)) {
    left = { kind: "binary", operator: operator as BinaryExpression["operator"], left, right: next() };
  }
  return left;
}

function operand(scanner: Scanner, withNames: boolean): Expression {
  if (scanner.take(/\(/) !== undefined) {
    const inner = readExpression(scanner, withNames);
    scanner.need(/\)/, '")"');
    return inner;
  }
  const number = scanner.take(NUMBER);
  if (number !== undefined) return { kind: "number", value: Number(number) };
  if (scanner.sees(AGGREGATOR)) return series(scanner);
  const name = scanner.need(NAME, "a metric, a number or a function");
  if (scanner.take(/\(/) !== undefined) return call(scanner, name, withNames);
  if (withNames) return { kind: "reference", name };
  throw scanner.error("a metric, a number or a function");
}

function series(scanner: Scanner): SeriesExpression {
  const aggregator = scanner.need(AGGREGATOR, "an aggregator");
  scanner.need(/:/, '":"');
  const metric = scanner.need(METRIC, "a metric and its filter");
  const filters = readFilters(scanner);
  const by = scanner.take(/by\b/) === undefined ? [] : readGroups(scanner);
  let modified: SeriesExpression = { kind: "series", aggregator, metric, filters, by };
  while (scanner.take(/\./) !== undefined) modified = modify(scanner, modified);
  return modified;
}

function modify(scanner: Scanner, one: SeriesExpression): SeriesExpression {
  const modifier = scanner.need(/as_count|as_rate|rollup/, "as_count, as_rate or rollup");
  scanner.need(/\(/, '"("');
  if (modifier !== "rollup") {
    scanner.need(/\)/, '")"');
    return { ...one, as: modifier === "as_count" ? "count" : "rate" };
  }
  const method = scanner.need(/avg|sum|min|max|count/, "the method of a rollup");
  const seconds = scanner.take(/,/) === undefined ? undefined : Number(scanner.need(/\d+/, "seconds"));
  scanner.need(/\)/, '")"');
  return { ...one, rollup: { method, ...(seconds === undefined ? {} : { seconds }) } };
}

/** The short form, `{a:b,!c:d,$e}`, or the long form, `{a IN (b, c) AND $e}`; one filter cannot mix them. */
function readFilters(scanner: Scanner): Filter[] {
  scanner.need(/\{/, '"{"');
  if (scanner.take(/\*\s*\}/) !== undefined) return [];
  const isWrittenOut = scanner.sees(/[^}]*\s(?:AND|IN)\b/);
  const filters = [filter(scanner)];
  while (scanner.take(isWrittenOut ? /AND\b/ : /,/) !== undefined) filters.push(filter(scanner));
  scanner.need(/\}/, isWrittenOut ? '"AND" or "}"' : '"," or "}"');
  return filters;
}

function filter(scanner: Scanner): Filter {
  if (scanner.take(/\$/) !== undefined) {
    return { kind: "variable", name: scanner.need(NAME, "the name of a template variable") };
  }
  const isNegated = scanner.take(/!/) !== undefined;
  const key = scanner.need(TAG_KEY, "a tag");
  if (scanner.take(/:/) !== undefined) {
    return { kind: "tag", key, values: [scanner.need(TAG_VALUE, "the value of a tag")], isNegated };
  }
  scanner.need(/IN\b/, '":" or "IN"');
  scanner.need(/\(/, '"("');
  const values = [scanner.need(TAG_VALUE, "the value of a tag")];
  while (scanner.take(/,/) !== undefined) values.push(scanner.need(TAG_VALUE, "the value of a tag"));
  scanner.need(/\)/, '")"');
  return { kind: "tag", key, values, isNegated };
}

function readGroups(scanner: Scanner): string[] {
  scanner.need(/\{/, '"{"');
  const groups = [scanner.need(TAG_KEY, "a tag")];
  while (scanner.take(/,/) !== undefined) groups.push(scanner.need(TAG_KEY, "a tag"));
  scanner.need(/\}/, '"," or "}"');
  return groups;
}

function call(scanner: Scanner, name: string, withNames: boolean): Expression {
  const of = readExpression(scanner, withNames);
  const settings: (string | number)[] = [];
  const named: Record<string, string | number> = {};
  while (scanner.take(/,/) !== undefined) {
    const key = scanner.take(/[a-z_]+(?==)/);
    if (key === undefined) {
      settings.push(literal(scanner));
    } else {
      scanner.need(/=/, '"="');
      named[key] = literal(scanner);
    }
  }
  scanner.need(/\)/, '"," or ")"');
  return { kind: "call", name, of, settings, named };
}

function literal(scanner: Scanner): string | number {
  const text = scanner.take(STRING);
  return text === undefined ? Number(scanner.need(NUMBER, "a text or a number")) : text.slice(1, -1);
}
