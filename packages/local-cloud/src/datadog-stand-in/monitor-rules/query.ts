import { type Refusal, refusal } from "../refusal";

/** The parts of a monitor's query that the other rules need. */
export interface Query {
  /** Absent when the query has no comparison: composite monitors and service checks. */
  readonly comparison?: { readonly operator: string; readonly threshold: number };
  /** Group-by tags; empty for a simple alert. */
  readonly groups: readonly string[];
  /** Ids of monitors that a composite monitor is made of. */
  readonly monitors?: readonly string[];
  /** The objective of an SLO alert. */
  readonly slo?: { readonly id: string; readonly timeframe: string; readonly isBurnRate: boolean };
  /** Number of check runs that a service check evaluates. */
  readonly last?: number;
}

const COMPARISON = /^(.*?)\s*(>=|<=|==|!=|>|<)\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$/is;
/** With an evaluation window: rolling, cumulative, or, in forecasts, in the future. */
const METRIC_QUERY =
  /^\s*(avg|sum|min|max|percentile|change|pct_change)\(.*(last|current|next)_\d+(m|h|d|w|mo).*\):(.+)$/s;
/** `avg:system.cpu.idle{env:staging}`, with a percentile or an aggregation in front. */
const METRIC = /\b(avg|sum|min|max|count|p\d+(\.\d+)?):[a-zA-Z][\w.]*\{[^{}]*\}/;
const FORMULA = /^\s*formula\(".+"\).*\.last\("?[\w]+"?\)/s;
const EVENTS = /^\s*[\w-]+\(".*"\).*\.rollup\(.+\).*\.last\("[\w]+"\)/s;
const SERVICE_CHECK =
  /^\s*"[^"]+"(?:\.over\([^)]+\))?(?:\.exclude\([^)]+\))?(?:\.by\(([^)]*)\))?\.last\((\d+)\)\.(count|pct)_by_status\(\)/;
const SLO_ALERT =
  /^\s*(?:(error_budget)|burn_rate)\("([^"]+)"\)\.over\("([^"]+)"\)(\.long_window\("\d+[mhd]"\)\.short_window\("\d+[mhd]"\))?/;

const METRIC_TYPES = ["metric alert", "query alert"];

/**
 * Parses a query. The messages are those of recorded error responses, of datadogpy's tests, and of issue 1321 of
 * DataDog/terraform-provider-datadog (service checks).
 *
 * @throws Refusal when the monitor's type has no such query
 */
export function parseQuery(type: string, text: string): Query {
  if (type === "composite") return parseComposite(text);
  if (type === "service check") return parseServiceCheck(text);
  const isMetric = METRIC_TYPES.includes(type);
  const [, left = "", operator, threshold] = COMPARISON.exec(text) ?? [];
  if (operator === undefined) throw isMetric ? invalid() : invalid(": invalid operator specified: ");
  checkBalance(left);
  const comparison = { operator, threshold: Number(threshold) };
  if (type === "slo alert") return { comparison, groups: [], slo: parseSlo(left) };
  if (isMetric && !FORMULA.test(left)) {
    if (!METRIC.test(METRIC_QUERY.exec(left)?.at(-1) ?? "")) throw invalid();
    return { comparison, groups: [...left.matchAll(/\bby\s*\{([^{}]*)\}/g)].flatMap(names) };
  }
  if (!FORMULA.test(left) && !EVENTS.test(left)) throw invalid();
  return { comparison, groups: [...left.matchAll(/\.by\(([^)]*)\)/g)].flatMap(names) };
}

function parseSlo(left: string): NonNullable<Query["slo"]> {
  const [, errorBudget, id, timeframe, windows] = SLO_ALERT.exec(left) ?? [];
  const isBurnRate = errorBudget === undefined;
  if (id === undefined || timeframe === undefined || (isBurnRate && windows === undefined)) throw invalid();
  return { id, timeframe, isBurnRate };
}

function parseServiceCheck(text: string): Query {
  const found = SERVICE_CHECK.exec(text);
  if (found === null) throw invalid();
  const [, by, last, style] = found;
  if (by === undefined) throw refusal("A grouping must be specified for custom checks");
  return { groups: names([by, by]), ...(style === "count" ? { last: Number(last) } : {}) };
}

function parseComposite(text: string): Query {
  if (!/^[\s\d!&|()]+$/.test(text) || !/\d/.test(text)) throw invalid();
  checkBalance(text);
  return { groups: [], monitors: text.match(/\d+/g) ?? [] };
}

/** Quoted text may contain brackets. */
function checkBalance(text: string): void {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ")": "(", "}": "{", "]": "[" };
  for (const character of text.replaceAll(/"(\\.|[^"\\])*"|'[^']*'/g, "")) {
    if ("({[".includes(character)) open.push(character);
    else if (character in pairs && open.pop() !== pairs[character]) throw invalid();
  }
  if (open.length > 0) throw invalid();
}

/** The names of a list in the first group of a match. */
const names = ([, list = ""]: readonly string[]): string[] =>
  list.split(",").flatMap((name) => name.replaceAll('"', "").trim() || []);
const invalid = (detail = ""): Refusal => refusal(`The value provided for parameter 'query' is invalid${detail}`);
