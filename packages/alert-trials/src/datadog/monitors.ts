import { readExpression } from "./expressions";
import type {
  BurnRateQuery,
  CheckQuery,
  Comparator,
  Comparison,
  Condition,
  MetricQuery,
  MonitorQuery,
  Window,
} from "./query";
import { Scanner } from "./scanner";

const COMPARATOR = />=|<=|==|!=|>|</;
const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/;
const CHECK = /"([^"]+)"\.over\(([^)]+)\)(?:\.by\(([^)]+)\))?\.last\(\d+\)\.count_by_status\(\)/;
const BURN_RATE = /burn_rate\("([^"]+)"\)\.over\("\w+"\)\.long_window\("(\w+)"\)\.short_window\("(\w+)"\)/;
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
  if (scanner.sees(/burn_rate\(/)) return burnRate(scanner);
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
  const expected = 'a check such as "http.can_connect".over("a:b").by("host").last(2).count_by_status()';
  const [, name = "", over = "", by = ""] = CHECK.exec(scanner.need(CHECK, expected)) ?? [];
  const texts = (list: string) => [...list.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text);
  return { kind: "check", check: name, over: texts(over), by: texts(by) };
}

function burnRate(scanner: Scanner): BurnRateQuery {
  const expected = 'a burn rate such as burn_rate("id").over("30d").long_window("1h").short_window("5m")';
  const [, objective = "", long = "", short = ""] = BURN_RATE.exec(scanner.need(BURN_RATE, expected)) ?? [];
  const [longSeconds, shortSeconds] = [duration(scanner, long), duration(scanner, short)];
  return { kind: "burn rate", objective, longSeconds, shortSeconds, ...comparison(scanner) };
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

function comparison(scanner: Scanner): Comparison {
  const comparator = scanner.need(COMPARATOR, "a comparison") as Comparator;
  return { comparator, threshold: Number(scanner.need(NUMBER, "a threshold")) };
}

function duration(scanner: Scanner, text: string): number {
  const [, amount = "", unit = ""] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  if (seconds === undefined) throw scanner.error(`a duration such as 5m instead of "${text}"`);
  return Number(amount) * seconds;
}
