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
 * What a value means, given what was: a recovery threshold must be passed before an alert, or a warning, is over. An alert of
 * `> x` is over at `<= recovery`, one of `>= x` below it, and the other way round.
 * @see https://docs.datadoghq.com/monitors/guide/recovery-thresholds/
 */
export function judge(value: number, comparator: Comparator, thresholds: Thresholds, previous: Status): Status {
  const { critical, warning, criticalRecovery = critical, warningRecovery = warning } = thresholds;
  // Not past the recovery means: still on the side of the alert, by the alert's own comparison.
  if (compare(value, comparator, critical)) return "Alert";
  if (previous === "Alert" && compare(value, comparator, criticalRecovery)) return "Alert";
  if (warning === undefined || warningRecovery === undefined) return "OK";
  if (compare(value, comparator, warning)) return "Warn";
  return previous === "Warn" && compare(value, comparator, warningRecovery) ? "Warn" : "OK";
}
