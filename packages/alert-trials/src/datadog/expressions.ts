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
  return whole(text, false);
}

/** The formula of a graph, in which names stand for its queries. @throws QueryError */
export function parseFormula(text: string): Expression {
  return whole(text, true);
}

function whole(text: string, withNames: boolean): Expression {
  const scanner = new Scanner(text);
  const expression = readExpression(scanner, withNames);
  scanner.end();
  return expression;
}

/** Parses an expression up to its end. Multiplication and division bind tighter. */
export function readExpression(scanner: Scanner, withNames: boolean): Expression {
  const join = (operator: string, left: Expression, right: Expression): Expression => ({
    kind: "binary",
    operator: operator as BinaryExpression["operator"],
    left,
    right,
  });
  const product = () => scanner.leftToRight(/[*/]/, () => operand(scanner, withNames), join);
  return scanner.leftToRight(/[+-]/, product, join);
}

function operand(scanner: Scanner, withNames: boolean): Expression {
  if (scanner.sees(/\(/)) return scanner.enclosed("(", ")", () => readExpression(scanner, withNames));
  const number = scanner.take(NUMBER);
  if (number !== undefined) return { kind: "number", value: Number(number) };
  if (scanner.sees(AGGREGATOR)) return series(scanner);
  const name = scanner.need(NAME, "a metric, a number or a function");
  if (scanner.sees(/\(/)) return scanner.enclosed("(", ")", () => call(scanner, name, withNames));
  if (withNames) return { kind: "reference", name };
  throw scanner.error("a metric, a number or a function");
}

function series(scanner: Scanner): SeriesExpression {
  const aggregator = scanner.need(AGGREGATOR, "an aggregator");
  scanner.need(/:/, '":"');
  const metric = scanner.need(METRIC, "a metric and its filter");
  const filters = scanner.enclosed("{", "}", () => readFilters(scanner));
  const key = () => scanner.need(TAG_KEY, "a tag");
  const by = scanner.take(/by\b/) === undefined ? [] : scanner.enclosed("{", "}", () => scanner.list(key));
  let modified: SeriesExpression = { kind: "series", aggregator, metric, filters, by };
  while (scanner.take(/\./) !== undefined) modified = { ...modified, ...modifier(scanner) };
  return modified;
}

function modifier(scanner: Scanner): Pick<SeriesExpression, "as" | "rollup"> {
  const name = scanner.need(/as_count|as_rate|rollup/, "as_count, as_rate or rollup");
  return scanner.enclosed("(", ")", () => {
    if (name !== "rollup") return { as: name === "as_count" ? "count" : "rate" };
    const method = scanner.need(/avg|sum|min|max|count/, "the method of a rollup");
    if (scanner.take(/,/) === undefined) return { rollup: { method } };
    return { rollup: { method, seconds: Number(scanner.need(/\d+/, "seconds")) } };
  });
}

/** The short form, `{a:b,!c:d,$e}`, or the long form, `{a IN (b, c) AND $e}`; one filter cannot mix them. */
function readFilters(scanner: Scanner): Filter[] {
  if (scanner.take(/\*(?=\s*\})/) !== undefined) return [];
  const isWrittenOut = scanner.sees(/[^}]*\s(?:AND|IN)\b/);
  const filters = scanner.list(() => filter(scanner), isWrittenOut ? /AND\b/ : /,/);
  if (!scanner.sees(/\}/)) throw scanner.error(isWrittenOut ? '"AND" or "}"' : '"," or "}"');
  return filters;
}

function filter(scanner: Scanner): Filter {
  if (scanner.take(/\$/) !== undefined) {
    return { kind: "variable", name: scanner.need(NAME, "the name of a template variable") };
  }
  const isNegated = scanner.take(/!/) !== undefined;
  const key = scanner.need(TAG_KEY, "a tag");
  const value = () => scanner.need(TAG_VALUE, "the value of a tag");
  if (scanner.take(/:/) !== undefined) return { kind: "tag", key, values: [value()], isNegated };
  scanner.need(/IN\b/, '":" or "IN"');
  return { kind: "tag", key, values: scanner.enclosed("(", ")", () => scanner.list(value)), isNegated };
}

function call(scanner: Scanner, name: string, withNames: boolean): Expression {
  const of = readExpression(scanner, withNames);
  const settings: (string | number)[] = [];
  const named: Record<string, string | number> = {};
  const literal = () => {
    const text = scanner.take(STRING);
    return text === undefined ? Number(scanner.need(NUMBER, "a text or a number")) : text.slice(1, -1);
  };
  while (scanner.take(/,/) !== undefined) {
    const key = scanner.take(/[a-z_]+(?==)/);
    if (key === undefined) {
      settings.push(literal());
      continue;
    }
    scanner.need(/=/, '"="');
    named[key] = literal();
  }
  return { kind: "call", name, of, settings, named };
}
