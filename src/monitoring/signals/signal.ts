import type { PlacedService } from "../../config";
import type { MetricQuery } from "../datadog/metric-query";
import type { Thresholds } from "../datadog/thresholds";

/** Dashboard and runbook of a signal, value of the tag `tier`, and unit of planned maintenance. */
export type Tier = "servers" | "application" | "data";

/**
 * Who is notified of an alert.
 *
 * - `page`: clients are affected or soon will be. One page for all such alerts together (docs/decisions/0021).
 * - `ticket`: a person must act, on the next working day.
 * - `notice`: information for the diagnosis of other alerts.
 */
export type Severity = "page" | "ticket" | "notice";

interface AlertBase {
  /** Construct id of the monitor, so another id replaces the monitor. Starts with the id of the signal. */
  readonly id: string;
  /** What is wrong, such as `CPU of a server is high`. */
  readonly title: string;
  /** Who is notified. */
  readonly severity: Severity;
  /** The service that it is about; its owner is notified. @default the platform */
  readonly service?: PlacedService;
  /** What it means, where that is not what the signal means. @default the meaning of the signal */
  readonly meaning?: string;
  /** What a recovery means, where it is not the end of the cause. @default `Over`, or `Over, or without data` where missing data resolves */
  readonly recovery?: string;
  /** Minutes without data after which the alert notifies. @default it does not notify of missing data */
  readonly noDataMinutes?: number;
}

/** Compares a metric query with thresholds. */
export interface MetricAlert extends AlertBase {
  /** Discriminator. */
  readonly kind: "metric";
  /** What is compared. */
  readonly query: MetricQuery;
  /** Its thresholds. */
  readonly thresholds: Thresholds;
  /** Aggregation of the values in the window. */
  readonly over: "avg" | "min" | "max" | "sum";
  /** Evaluation window, such as `last_10m`. */
  readonly window: `last_${number}${"m" | "h"}`;
  /** Seconds for which a new group, such as a booting server, is not evaluated. @default 300 */
  readonly newGroupDelay?: number;
  /**
   * What a window without data does: `resolve` for error rates, because no requests means no errors; `notify` notifies once there was
   * data before. @default the status stays
   */
  readonly onMissingData?: "resolve" | "notify";
}

/** Detects anomalies of a metric query, compared with its past. */
export interface AnomalyAlert extends AlertBase {
  /** Discriminator. */
  readonly kind: "anomaly";
  /** What is compared. */
  readonly query: MetricQuery;
}

/** Forecasts a metric query for a week. */
export interface ForecastAlert extends AlertBase {
  /** Discriminator. */
  readonly kind: "forecast";
  /** What is forecast. */
  readonly query: MetricQuery;
  /** Thresholds that the forecast must not cross. */
  readonly thresholds: Thresholds;
}

/** Alerts on a service check. */
export interface CheckAlert extends AlertBase {
  /** Discriminator. */
  readonly kind: "check";
  /** Name of the service check, such as `http.can_connect`. */
  readonly check: string;
  /** Tags that must all match. */
  readonly tags: readonly string[];
  /** Tag keys. Each group has an alert of its own. */
  readonly by: readonly string[];
  /** Consecutive failures before a warning. */
  readonly warning: number;
  /** Consecutive failures before an alert. */
  readonly critical: number;
}

/** An alert of a signal, of one of four kinds of monitors. */
export type Alert = MetricAlert | AnomalyAlert | ForecastAlert | CheckAlert;

/** A line of a graph, or one for each group of the query. */
export interface Line {
  /** Name in the legend. */
  readonly label: string;
  /** What is drawn. */
  readonly query: MetricQuery;
  /** Datadog palette, to distinguish two lines with groups. @default by the line's position */
  readonly palette?: "cool" | "warm";
}

/** A graph of a dashboard. */
export interface Graph {
  /** Title, with the unit if the axis does not show it. */
  readonly title: string;
  /** Lines of the graph. */
  readonly lines: readonly [Line, ...Line[]];
  /** Display type. @default line */
  readonly display?: "line" | "area" | "bars";
  /** Thresholds of an alert, shown as markers. @default none */
  readonly thresholds?: Thresholds;
}

/**
 * Something that is monitored. Graphs, alerts and runbook entry have one definition, so that each signal has all three.
 */
export interface Signal {
  /** Anchor of the heading in the runbook of the tier. */
  readonly id: string;
  /** Title, such as `CPU`. */
  readonly title: string;
  /** Dashboard and runbook of the signal. */
  readonly tier: Tier;
  /** What the signal means: one sentence of the notification. */
  readonly meaning: string;
  /** Graphs on the dashboard. */
  readonly graphs: readonly [Graph, ...Graph[]];
  /** Alerts, each a monitor. */
  readonly alerts: readonly [Alert, ...Alert[]];
}
