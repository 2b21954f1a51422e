import type { Levels } from "./levels";
import type { Measure } from "./measure";

/** The dashboards, and what maintenance is announced for. */
export type Tier = "servers" | "application" | "data";

/**
 * Whom an alert reaches.
 *
 * - `page`: customers are affected, or soon will be. Rings once for all such alerts together (docs/decisions/0021).
 * - `ticket`: somebody must act, in the morning.
 * - `notice`: worth knowing when something else is wrong.
 */
export type Severity = "page" | "ticket" | "notice";

interface AlertBase {
  /** Part of the monitor's address: a new id is a new monitor. Starts with the signal's. */
  readonly id: string;
  /** What is wrong, such as `CPU of a server is high`. */
  readonly title: string;
  readonly severity: Severity;
  /** Minutes of silence after which the alert says so. @default silence says nothing */
  readonly silentMinutes?: number;
}

/** Compares a measure with thresholds. */
export interface MetricAlert extends AlertBase {
  readonly kind: "metric";
  readonly measure: Measure;
  readonly levels: Levels;
  /** How the values of the window become the one that is compared. */
  readonly over: "avg" | "min" | "max" | "sum";
  readonly window: `last_${number}${"m" | "h"}`;
  /** Seconds for which a new group, such as a server that boots, is left alone. @default 300 */
  readonly newGroupDelay?: number;
}

/** Compares a measure with its own past. */
export interface AnomalyAlert extends AlertBase {
  readonly kind: "anomaly";
  readonly measure: Measure;
}

/** Asks where a measure will be in a week. */
export interface ForecastAlert extends AlertBase {
  readonly kind: "forecast";
  readonly measure: Measure;
  readonly levels: Levels;
}

/** Follows a service check. */
export interface CheckAlert extends AlertBase {
  readonly kind: "check";
  /** Such as `http.can_connect`. */
  readonly check: string;
  readonly tags: readonly string[];
  readonly by: readonly string[];
  /** Failures in a row before it warns, and before it calls. */
  readonly warning: number;
  readonly critical: number;
}

export type Alert = MetricAlert | AnomalyAlert | ForecastAlert | CheckAlert;

/** One line, or one for each group. */
export interface Line {
  readonly label: string;
  readonly measure: Measure;
}

/** A tile of a dashboard. */
export interface Graph {
  readonly title: string;
  readonly lines: readonly [Line, ...Line[]];
  /** @default line */
  readonly display?: "line" | "area" | "bars";
  /** Thresholds to draw, the very ones that the alert compares with. @default none */
  readonly levels?: Levels;
}

/**
 * One thing that must be seen. Graphs, alerts and the place in the runbook are one definition, so that none can be
 * without the others.
 */
export interface Signal {
  /** Heading in the tier's runbook, as a link names it. */
  readonly id: string;
  /** Such as `CPU`. */
  readonly title: string;
  readonly tier: Tier;
  /** One sentence for somebody who was woken up. */
  readonly meaning: string;
  readonly graphs: readonly [Graph, ...Graph[]];
  readonly alerts: readonly [Alert, ...Alert[]];
}
