import { type Comparator, compare } from "../datadog";

/** @see https://docs.datadoghq.com/monitors/status/ */
export type Status = "OK" | "Warn" | "Alert" | "No Data";

export interface Thresholds {
  readonly critical: number;
  readonly warning?: number | undefined;
  readonly criticalRecovery?: number | undefined;
  readonly warningRecovery?: number | undefined;
}

/**
 * The status for a value: after an alert or a warning, the value must pass the recovery threshold. An alert of `> x` recovers at
 * `<= recovery`, one of `>= x` below it, and likewise for `<` and `<=`.
 * @see https://docs.datadoghq.com/monitors/guide/recovery-thresholds/
 */
export function statusOfValue(value: number, comparator: Comparator, thresholds: Thresholds, previous: Status): Status {
  const { critical, warning, criticalRecovery = critical, warningRecovery = warning } = thresholds;
  // Until the value passes the recovery threshold, the comparison of the alert still holds.
  if (compare(value, comparator, critical)) return "Alert";
  if (previous === "Alert" && compare(value, comparator, criticalRecovery)) return "Alert";
  if (warning === undefined || warningRecovery === undefined) return "OK";
  if (compare(value, comparator, warning)) return "Warn";
  return previous === "Warn" && compare(value, comparator, warningRecovery) ? "Warn" : "OK";
}
