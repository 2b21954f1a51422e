export type { Aggregator, MetricQuery, Series, Unit } from "./datadog/metric-query";
export type { Thresholds } from "./datadog/thresholds";
export { DatadogAccess } from "./integrations/datadog-access";
export { Monitoring } from "./monitoring";
export { signalsOf } from "./signals";
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
} from "./signals/signal";
