import { readExpression } from "./expressions";
import type {
  BurnRateQuery,
  CheckQuery,
  Comparator,
  CompositeQuery,
  Condition,
  MetricQuery,
  MonitorQuery,
  Window,
} from "./query";
import { Scanner } from "./scanner";

const COMPARATOR = />=|<=|==|!=|>|</;
const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/;
const STRING = /"(?:[^"\\]|\\.)*"/;
/** Terraform's reference to a monitor, or the number that it becomes. */
const MONITOR = /\$\{[^}]+\}|\d+/;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** The query of a monitor of any type that this project uses. @throws QueryError */
export function parseMonitorQuery(text: string): MonitorQuery {
  const scanner = new Scanner(text);
  const query = read(scanner);
  scanner.end();
  return query;
}

function read(scanner: Scanner): MonitorQuery {
  if (scanner.take(/burn_rate\(/) !== undefined) return burnRate(scanner);
  if (scanner.sees(/"/)) return check(scanner);
  if (scanner.sees(/[a-z]+\((?:last|next)_/)) return metric(scanner);
  return composite(scanner);
}

function metric(scanner: Scanner): MetricQuery {
  const over = scanner.need(/avg|max|min|sum|percentile/, "an aggregator over time");
  scanner.need(/\(/, '"("');
  const window = readWindow(scanner);
  scanner.need(/\)/, '")"');
  scanner.need(/:/, '":"');
  const expression = readExpression(scanner, false);
  return { kind: "metric", over, window, expression, ...comparison(scanner) };
}

function readWindow(scanner: Scanner): Window {
  const direction = scanner.need(/(?:last|next)(?=_)/, "last_ or next_") as Window["direction"];
  return { direction, seconds: duration(scanner.need(/_\d+[mhdw]/, "a duration such as 5m").slice(1)) };
}

function check(scanner: Scanner): CheckQuery {
  const name = readString(scanner);
  const over = list(scanner, "over");
  const by = scanner.sees(/\.by/) ? list(scanner, "by") : [];
  scanner.need(/\.last\(/, ".last(");
  const last = Number(scanner.need(/\d+/, "a number of looks"));
  scanner.need(/\)/, '")"');
  scanner.need(/\.count_by_status\(\)/, ".count_by_status()");
  return { kind: "check", check: name, over, by, last };
}

function list(scanner: Scanner, method: string): string[] {
  scanner.need(new RegExp(`\\.${method}\\(`), `.${method}(`);
  const values = [readString(scanner)];
  while (scanner.take(/,/) !== undefined) values.push(readString(scanner));
  scanner.need(/\)/, '"," or ")"');
  return values;
}

function burnRate(scanner: Scanner): BurnRateQuery {
  const objective = readString(scanner);
  scanner.need(/\)/, '")"');
  const argument = (method: string) => list(scanner, method)[0] ?? "";
  const timeframe = argument("over");
  const longSeconds = duration(argument("long_window"));
  const shortSeconds = duration(argument("short_window"));
  return { kind: "burn rate", objective, timeframe, longSeconds, shortSeconds, ...comparison(scanner) };
}

function composite(scanner: Scanner): CompositeQuery {
  return { kind: "composite", condition: either(scanner) };
}

/** "and" binds tighter than "or". */
function either(scanner: Scanner): Condition {
  let left = both(scanner);
  while (scanner.take(/\|\|/) !== undefined) left = { kind: "or", left, right: both(scanner) };
  return left;
}

function both(scanner: Scanner): Condition {
  let left = one(scanner);
  while (scanner.take(/&&/) !== undefined) left = { kind: "and", left, right: one(scanner) };
  return left;
}

function one(scanner: Scanner): Condition {
  if (scanner.take(/!/) !== undefined) return { kind: "not", of: one(scanner) };
  if (scanner.take(/\(/) === undefined) return { kind: "monitor", id: scanner.need(MONITOR, "a monitor") };
  const inner = either(scanner);
  scanner.need(/\)/, '")"');
  return inner;
}

function comparison(scanner: Scanner): { comparator: Comparator; threshold: number } {
  const comparator = scanner.need(COMPARATOR, "a comparison") as Comparator;
  return { comparator, threshold: Number(scanner.need(NUMBER, "a threshold")) };
}

function readString(scanner: Scanner): string {
  return scanner.need(STRING, "a text in quotes").slice(1, -1);
}

function duration(text: string): number {
  const [, amount = "", unit = ""] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  if (seconds === undefined) throw new RangeError(`"${text}" is no duration`);
  return Number(amount) * seconds;
}
