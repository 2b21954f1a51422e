import { expression, groupsOf, type MetricQuery } from "../datadog/metric-query";
import type { Thresholds } from "../datadog/thresholds";
import type { Alert, AnomalyAlert, CheckAlert, ForecastAlert, MetricAlert } from "../signals/signal";

/** Window of an anomaly alert. */
export const ANOMALY_WINDOW = "last_15m";

/** Query of an alert's monitor, with the alert threshold. */
export function monitorQuery(alert: Alert): string {
  switch (alert.kind) {
    case "metric":
      return thresholdQuery(alert);
    case "anomaly":
      return anomalyQuery(alert);
    case "forecast":
      return forecastQuery(alert);
    case "check":
      return checkQuery(alert);
  }
}

/** Monitor type of an alert. */
export function monitorType(alert: Alert): "metric alert" | "query alert" | "service check" {
  if (alert.kind === "check") return "service check";
  return alert.kind === "metric" && isPlain(alert.query) ? "metric alert" : "query alert";
}

/** Tag keys of a multi alert; none for a simple alert. */
export function monitorGroups(alert: Alert): readonly string[] {
  return alert.kind === "check" ? alert.by : groupsOf(alert.query);
}

function thresholdQuery({ over, window, query, thresholds }: MetricAlert): string {
  return `${over}(${window}):${expression(query)} ${comparison(thresholds)}`;
}

/** Three deviations from the same hour of the same weekday. */
function anomalyQuery({ query }: AnomalyAlert): string {
  const settings = `'agile', 3, direction='both', interval=60, alert_window='${ANOMALY_WINDOW}', seasonality='weekly', count_default_zero='true'`;
  return `avg(last_4h):anomalies(${expression(query)}, ${settings}) >= 1`;
}

function forecastQuery({ query, thresholds }: ForecastAlert): string {
  const settings = "'linear', 1, interval='60m', history='1w', model='default'";
  return `min(next_1w):forecast(${expression(query)}, ${settings}) ${comparison(thresholds)}`;
}

function checkQuery({ check, tags, by, critical }: CheckAlert): string {
  const list = (values: readonly string[]) => values.map((value) => JSON.stringify(value)).join(",");
  // Datadog requires one check more than the critical threshold.
  return `"${check}".over(${list(tags)}).by(${list(by)}).last(${critical + 1}).count_by_status()`;
}

function comparison({ comparator, critical }: Thresholds): string {
  return `${comparator} ${critical}`;
}

function isPlain({ formula }: MetricQuery): boolean {
  return formula === "a";
}
