import { readExpression } from "./expressions";
import type { BurnRateQuery, CheckQuery, Comparator, Condition, MetricQuery, MonitorQuery, Window } from "./query";
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
  if (scanner.take(/burn_rate(?=\()/) !== undefined) return burnRate(scanner);
  if (scanner.sees(/"/)) return check(scanner);
  if (scanner.sees(/[a-z]+\((?:last|next)_/)) return metric(scanner);
  return { kind: "composite", condition: either(scanner) };
}

function metric(scanner: Scanner): MetricQuery {
  const over = scanner.need(/avg|max|min|sum|percentile/, "an aggregator over time");
  const window = scanner.enclosed("(", ")", () => {
    const direction = scanner.need(/(?:last|next)(?=_)/, "last_ or next_") as Window["direction"];
    return { direction, seconds: duration(scanner, scanner.need(/_\d+[mhdw]/, "a duration such as 5m").slice(1)) };
  });
  scanner.need(/:/, '":"');
  const expression = readExpression(scanner, false);
  return { kind: "metric", over, window, expression, ...comparison(scanner) };
}

function check(scanner: Scanner): CheckQuery {
  const name = readString(scanner);
  const over = method(scanner, "over");
  const by = scanner.sees(/\.by/) ? method(scanner, "by") : [];
  scanner.need(/\.last/, ".last(");
  const last = scanner.enclosed("(", ")", () => Number(scanner.need(/\d+/, "a number of looks")));
  scanner.need(/\.count_by_status\(\)/, ".count_by_status()");
  return { kind: "check", check: name, over, by, last };
}

/** The texts in `.method("a", "b")`. */
function method(scanner: Scanner, name: string): string[] {
  scanner.need(new RegExp(`\\.${name}\\b`), `.${name}(`);
  return scanner.enclosed("(", ")", () => scanner.list(() => readString(scanner)));
}

function burnRate(scanner: Scanner): BurnRateQuery {
  const objective = scanner.enclosed("(", ")", () => readString(scanner));
  const argument = (name: string) => method(scanner, name)[0] ?? "";
  const timeframe = argument("over");
  const longSeconds = duration(scanner, argument("long_window"));
  const shortSeconds = duration(scanner, argument("short_window"));
  return { kind: "burn rate", objective, timeframe, longSeconds, shortSeconds, ...comparison(scanner) };
}

/** "and" binds tighter than "or". */
function either(scanner: Scanner): Condition {
  const both = () =>
    scanner.leftToRight<Condition>(
      /&&/,
      () => one(scanner),
      (_, left, right) => ({ kind: "and", left, right }),
    );
  return scanner.leftToRight<Condition>(/\|\|/, both, (_, left, right) => ({ kind: "or", left, right }));
}

function one(scanner: Scanner): Condition {
  if (scanner.take(/!/) !== undefined) return { kind: "not", of: one(scanner) };
  if (scanner.sees(/\(/)) return scanner.enclosed("(", ")", () => either(scanner));
  return { kind: "monitor", id: scanner.need(MONITOR, "a monitor") };
}

function comparison(scanner: Scanner): { comparator: Comparator; threshold: number } {
  const comparator = scanner.need(COMPARATOR, "a comparison") as Comparator;
  return { comparator, threshold: Number(scanner.need(NUMBER, "a threshold")) };
}

function readString(scanner: Scanner): string {
  return scanner.need(STRING, "a text in quotes").slice(1, -1);
}

function duration(scanner: Scanner, text: string): number {
  const [, amount = "", unit = ""] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  if (seconds === undefined) throw scanner.error(`a duration such as 5m instead of "${text}"`);
  return Number(amount) * seconds;
}
