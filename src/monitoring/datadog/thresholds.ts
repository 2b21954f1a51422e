import type { Unit } from "./metric-query";

/** Thresholds of an alert, in the unit of its metric query. */
export interface Thresholds {
  /** Comparison of a value with the threshold that alerts. */
  readonly comparator: ">" | "<" | ">=" | "<=";
  /** Alert threshold. */
  readonly critical: number;
  /** Warning threshold. @default none */
  readonly warning?: number;
  /** Recovery threshold of the alert. @default the alert threshold */
  readonly criticalRecovery?: number;
  /** Recovery threshold of the warning. @default the warning threshold */
  readonly warningRecovery?: number;
  /** Unit of the thresholds. */
  readonly unit: Unit;
}

interface WarningAndCritical {
  readonly warning: number;
  readonly critical: number;
}

/** Distance between a threshold and its recovery threshold, as a share of the threshold, so that alerts do not flap. */
const HYSTERESIS = 0.05;

/** Conversion factors between the units of thresholds and those of metrics. */
const FACTORS: Readonly<Partial<Record<`${Unit} to ${Unit}`, number>>> = {
  "second to second": 1,
  "second to microsecond": 1e6,
  "second to nanosecond": 1e9,
  "percent to percent": 1,
  "percent to fraction": 0.01,
};

/** Alerts above the thresholds. @param from unit of the configured thresholds @param to unit of the metric */
export function above(configured: WarningAndCritical, from: Unit, to: Unit = from): Thresholds {
  return withRecovery(">", configured, from, to);
}

/** Alerts below the thresholds. */
export function below(configured: WarningAndCritical, from: Unit, to: Unit = from): Thresholds {
  return withRecovery("<", configured, from, to);
}

/** Alerts on any value above 0. */
export function aboveZero(unit: Unit): Thresholds {
  return { comparator: ">", critical: 0, unit };
}

/** A threshold in another unit, rounded to 12 significant digits. */
export function convert(value: number, from: Unit, to: Unit): number {
  const factor = from === to ? 1 : FACTORS[`${from} to ${to}`];
  if (factor === undefined) throw new RangeError(`${from} cannot be converted to ${to}`);
  return round(value * factor);
}

function withRecovery(comparator: ">" | "<", configured: WarningAndCritical, from: Unit, to: Unit): Thresholds {
  const critical = convert(configured.critical, from, to);
  const warning = convert(configured.warning, from, to);
  return {
    comparator,
    critical,
    warning,
    criticalRecovery: recovery(critical, comparator, warning),
    warningRecovery: recovery(warning, comparator, bounds(to)[comparator === ">" ? 0 : 1]),
    unit: to,
  };
}

/** The recovery threshold: 5 % from the threshold, or halfway to the warning threshold or the bound of the unit if those are closer. */
function recovery(threshold: number, comparator: ">" | "<", limit: number): number {
  const recovered = comparator === ">" ? threshold * (1 - HYSTERESIS) : threshold * (1 + HYSTERESIS);
  const isBeyondLimit = comparator === ">" ? recovered <= limit : recovered >= limit;
  return round(isBeyondLimit ? (threshold + limit) / 2 : recovered);
}

function bounds(unit: Unit): readonly [lowest: number, highest: number] {
  if (unit === "percent") return [0, 100];
  return [0, unit === "fraction" ? 1 : Infinity];
}

const round = (value: number): number => Number(value.toPrecision(12));
