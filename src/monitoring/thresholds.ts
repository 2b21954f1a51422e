import type { Unit } from "./metric-query";

/** Where an alert warns and where it calls, in the unit of what it measures. */
export interface Thresholds {
  /** How a value stands to the threshold when something is wrong. */
  readonly comparator: ">" | "<" | ">=";
  /** From where on it calls. */
  readonly critical: number;
  /** @default none */
  readonly warning?: number;
  /** Where it is back from critical. @default when the threshold is no longer crossed */
  readonly criticalRecovery?: number;
  /** Where it is back from a warning. @default when the threshold is no longer crossed */
  readonly warningRecovery?: number;
  /** Unit of every number here. */
  readonly unit: Unit;
}

interface Pair {
  readonly warning: number;
  readonly critical: number;
}

/** How far back a value must go before an alert is over, as a share of its threshold: no flapping around it. */
const HYSTERESIS = 0.05;

/** What the agents, the load balancer and the database report the same quantity in. */
const FACTORS: Readonly<Partial<Record<`${Unit} to ${Unit}`, number>>> = {
  "second to second": 1,
  "second to microsecond": 1e6,
  "second to nanosecond": 1e9,
  "percent to percent": 1,
  "percent to fraction": 0.01,
};

/** The worse the higher. `from` is the unit of the thresholds, `to` that of the metric. */
export function above(pair: Pair, from: Unit, to: Unit = from): Thresholds {
  return withRecovery(">", pair, from, to);
}

/** The worse the lower. */
export function below(pair: Pair, from: Unit, to: Unit = from): Thresholds {
  return withRecovery("<", pair, from, to);
}

/** More than nothing is already wrong. */
export function aboveZero(unit: Unit): Thresholds {
  return { comparator: ">", critical: 0, unit };
}

/** A threshold in another unit, without the dust of binary fractions. */
export function convert(value: number, from: Unit, to: Unit): number {
  const factor = from === to ? 1 : FACTORS[`${from} to ${to}`];
  if (factor === undefined) throw new RangeError(`${from} cannot be converted to ${to}`);
  return clean(value * factor);
}

function withRecovery(comparator: ">" | "<", pair: Pair, from: Unit, to: Unit): Thresholds {
  const critical = convert(pair.critical, from, to);
  const warning = convert(pair.warning, from, to);
  return {
    comparator,
    critical,
    warning,
    criticalRecovery: recovery(critical, comparator, warning),
    warningRecovery: recovery(warning, comparator, bounds(to)[comparator === ">" ? 0 : 1]),
    unit: to,
  };
}

/** A little back from the threshold, and never past what lies behind it: the warning, or what is possible at all. */
function recovery(threshold: number, comparator: ">" | "<", behind: number): number {
  const back = comparator === ">" ? threshold * (1 - HYSTERESIS) : threshold * (1 + HYSTERESIS);
  const isPast = comparator === ">" ? back <= behind : back >= behind;
  return clean(isPast ? (threshold + behind) / 2 : back);
}

function bounds(unit: Unit): readonly [lowest: number, highest: number] {
  if (unit === "percent") return [0, 100];
  return [0, unit === "fraction" ? 1 : Infinity];
}

const clean = (value: number): number => Number(value.toPrecision(12));
