export { DatadogAccess } from "./datadog-access";
export type { Aggregator, MetricQuery, Series, Unit } from "./metric-query";
export { Monitoring } from "./monitoring";
export type {
  Alert,
  AnomalyAlert,
  CheckAlert,
  ForecastAlert,
  Graph,
  Line,
  MetricAlert,
  Severity,
  Signal,
  Tier,
} from "./signal";
export { signalsOf } from "./signals";
export type { Thresholds } from "./thresholds";
