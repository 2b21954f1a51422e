import type { MetricQuery } from "./metric-query";
import type { Thresholds } from "./thresholds";

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
  /** Whom it reaches. */
  readonly severity: Severity;
  /** Minutes of silence after which the alert says so. @default silence says nothing */
  readonly noDataMinutes?: number;
}

/** Compares a query with thresholds. */
export interface MetricAlert extends AlertBase {
  /** The way to tell: by thresholds. */
  readonly kind: "metric";
  /** What is compared. */
  readonly query: MetricQuery;
  /** With what. */
  readonly thresholds: Thresholds;
  /** How the values of the window become the one that is compared. */
  readonly over: "avg" | "min" | "max" | "sum";
  /** The time that is looked at, such as `last_10m`. */
  readonly window: `last_${number}${"m" | "h"}`;
  /** Seconds for which a new group, such as a server that boots, is left alone. @default 300 */
  readonly newGroupDelay?: number;
  /** Resolves the alert when there is no data, for error rates: no requests means no errors. @default the status stays */
  readonly onMissingData?: "resolve";
}

/** Compares a query with its own past. */
export interface AnomalyAlert extends AlertBase {
  /** The way to tell: by its own past. */
  readonly kind: "anomaly";
  /** What is compared. */
  readonly query: MetricQuery;
}

/** Asks where a query will be in a week. */
export interface ForecastAlert extends AlertBase {
  /** The way to tell: by where a line leads. */
  readonly kind: "forecast";
  /** What is drawn out. */
  readonly query: MetricQuery;
  /** What the line must not cross within a week. */
  readonly thresholds: Thresholds;
}

/** Follows a service check. */
export interface CheckAlert extends AlertBase {
  /** The way to tell: by a service check. */
  readonly kind: "check";
  /** Such as `http.can_connect`. */
  readonly check: string;
  /** Filter; all must hold. */
  readonly tags: readonly string[];
  /** Tag keys: an alert for each group. */
  readonly by: readonly string[];
  /** Failures in a row before it warns. */
  readonly warning: number;
  /** Failures in a row before it calls. */
  readonly critical: number;
}

/** When a signal calls somebody, by one of four ways to tell. */
export type Alert = MetricAlert | AnomalyAlert | ForecastAlert | CheckAlert;

/** One line, or one for each group. */
export interface Line {
  /** Name in the legend. */
  readonly label: string;
  /** What is drawn. */
  readonly query: MetricQuery;
  /** Datadog's palette, to keep two lines apart that both have groups. @default one by the line's position */
  readonly palette?: "cool" | "warm";
}

/** A tile of a dashboard. */
export interface Graph {
  /** What it shows, with the unit where the axis does not say it. */
  readonly title: string;
  /** What is drawn, at least one line. */
  readonly lines: readonly [Line, ...Line[]];
  /** @default line */
  readonly display?: "line" | "area" | "bars";
  /** Thresholds to draw, the very ones that the alert compares with. @default none */
  readonly thresholds?: Thresholds;
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
  /** The dashboard and the runbook that it belongs to. */
  readonly tier: Tier;
  /** One sentence for somebody who was woken up. */
  readonly meaning: string;
  /** Its tiles, at least one. */
  readonly graphs: readonly [Graph, ...Graph[]];
  /** Its monitors, at least one. */
  readonly alerts: readonly [Alert, ...Alert[]];
}
