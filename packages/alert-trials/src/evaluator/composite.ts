import { max, min } from "../arithmetic";
import type { Condition } from "../datadog";
import type { Status } from "./status";

/** From the least severe to the most. Every status but "OK" counts as alerting. */
const SEVERITY: readonly Status[] = ["OK", "No Data", "Warn", "Alert"];

/**
 * The status of a composite monitor: "or" gives the most severe of both, "and" the least severe; "not" turns an alerting status
 * into OK, and OK into Alert, and keeps No Data. A composite that does not notify about missing data keeps its
 * previous status instead of No Data.
 * @see https://docs.datadoghq.com/monitors/types/composite/#computing-trigger-conditions
 */
export function compositeStatus(
  condition: Condition,
  statusOf: (monitor: string) => Status,
  { previous, notifiesNoData }: { readonly previous: Status; readonly notifiesNoData: boolean },
): Status {
  const status = combined(condition, statusOf);
  return status === "No Data" && !notifiesNoData ? previous : status;
}

function combined(condition: Condition, statusOf: (monitor: string) => Status): Status {
  switch (condition.kind) {
    case "monitor":
      return statusOf(condition.id);
    case "not": {
      const status = combined(condition.of, statusOf);
      if (status === "No Data") return status;
      return status === "OK" ? "Alert" : "OK";
    }
    case "and":
    case "or": {
      const ranks = [condition.left, condition.right].map((side) => SEVERITY.indexOf(combined(side, statusOf)));
      return SEVERITY[condition.kind === "or" ? max(...ranks) : min(...ranks)] ?? "OK";
    }
  }
}
