import * as z from "zod";

import { max, min } from "../arithmetic";
import { type Comparator, compare, type Condition } from "../datadog";

/** @see https://docs.datadoghq.com/monitors/status/ */
export type Status = "OK" | "Warn" | "Alert" | "No Data";

const number = z.string().transform(Number).pipe(z.number());

/** The thresholds of a monitor, by their names in Terraform; `ok` is of a service check. */
export const thresholdsSchema = z.strictObject({
  critical: number,
  critical_recovery: number.optional(),
  warning: number.optional(),
  warning_recovery: number.optional(),
  ok: number.optional(),
});
export type Thresholds = Readonly<z.output<typeof thresholdsSchema>>;

/**
 * The status for a value: after an alert or a warning, the value must pass the recovery threshold. An alert of `> x` recovers at
 * `<= recovery`, one of `>= x` below it, and likewise for `<` and `<=`.
 * @see https://docs.datadoghq.com/monitors/guide/recovery-thresholds/
 */
export function statusOfValue(value: number, comparator: Comparator, thresholds: Thresholds, previous: Status): Status {
  const { critical, warning = NaN, critical_recovery: recovery = critical } = thresholds;
  // Until the value passes the recovery threshold, the comparison of the alert still holds.
  if (compare(value, comparator, critical)) return "Alert";
  if (previous === "Alert" && compare(value, comparator, recovery)) return "Alert";
  if (compare(value, comparator, warning)) return "Warn";
  return previous === "Warn" && compare(value, comparator, thresholds.warning_recovery ?? warning) ? "Warn" : "OK";
}

/** From the least severe to the most. Every status but "OK" counts as alerting. */
const SEVERITY: readonly Status[] = ["OK", "No Data", "Warn", "Alert"];

/**
 * The status of a composite monitor: "or" gives the most severe of both, "and" the least severe; "not" turns an alerting status
 * into OK, and OK into Alert, and keeps No Data.
 * @see https://docs.datadoghq.com/monitors/types/composite/#computing-trigger-conditions
 */
export function compositeStatus(condition: Condition, statusOf: (monitor: string) => Status): Status {
  if (condition.kind === "monitor") return statusOf(condition.id);
  if (condition.kind === "not") {
    const status = compositeStatus(condition.of, statusOf);
    if (status === "No Data") return status;
    return status === "OK" ? "Alert" : "OK";
  }
  const ranks = [condition.left, condition.right].map((side) => SEVERITY.indexOf(compositeStatus(side, statusOf)));
  return SEVERITY[condition.kind === "or" ? max(...ranks) : min(...ranks)] ?? "OK";
}
