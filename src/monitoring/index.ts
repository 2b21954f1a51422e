export { DatadogAccess } from "./datadog-access";
export type { Levels } from "./levels";
export type { Aggregator, Measure, Series, Unit } from "./measure";
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
