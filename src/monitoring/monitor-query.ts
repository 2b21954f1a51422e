import { expression, groupsOf, type MetricQuery } from "./metric-query";
import type { Alert, AnomalyAlert, CheckAlert, ForecastAlert, MetricAlert } from "./signal";
import type { Thresholds } from "./thresholds";

/** For how long a query must be unlike its past. */
export const ANOMALY_WINDOW = "last_15m";

/** An alert in the language of Datadog's monitors; the threshold in it is the one that the alert has. */
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

/** What Datadog calls an alert of that kind. */
export function monitorType(alert: Alert): "metric alert" | "query alert" | "service check" {
  if (alert.kind === "check") return "service check";
  return alert.kind === "metric" && isPlain(alert.query) ? "metric alert" : "query alert";
}

/** Tag keys that give the monitor an alert for each group; none for a simple alert. */
export function monitorGroups(alert: Alert): readonly string[] {
  return alert.kind === "check" ? alert.by : groupsOf(alert.query);
}

function thresholdQuery({ over, window, query, thresholds }: MetricAlert): string {
  return `${over}(${window}):${expression(query)} ${comparison(thresholds)}`;
}

/** Three deviations from what the same hour of the same weekday was. */
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
  // One look more than it takes to call: Datadog wants it so.
  return `"${check}".over(${list(tags)}).by(${list(by)}).last(${critical + 1}).count_by_status()`;
}

function comparison({ comparator, critical }: Thresholds): string {
  return `${comparator} ${critical}`;
}

function isPlain({ formula }: MetricQuery): boolean {
  return formula === "a";
}
