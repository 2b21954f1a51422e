export { DatadogAccess } from "./datadog-access";
export { Monitoring } from "./monitoring";
export type { Alert, Graph, Severity, Signal, Tier } from "./signal";
export { signalsOf } from "./signals";
