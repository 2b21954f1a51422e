import { queryOf } from "../facts/monitor-query";
import { every, type Rule } from "../rule";

export const datadogMonitorQueryUsesCriticalThreshold: Rule = {
  id: "datadog-monitor-query-uses-critical-threshold",
  title: "A Datadog monitor's query compares with its critical threshold",
  reason:
    "Datadog rejects the monitor otherwise, in the middle of a deployment; or it alerts at another value than the one that was reviewed.",
  remedy: "Build the query from the threshold.",
  controls: {},

  subjects: every("datadog_monitor"),
  check: (monitor) => {
    if (["composite", "service check"].includes(monitor.text("type") ?? "")) return undefined;
    const query = queryOf(monitor);
    if (query === undefined) return undefined;
    const compared = /[<>]=?\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*$/i.exec(query)?.[1];
    const critical = monitor.block("monitor_thresholds")?.number("critical");
    if (compared === undefined) return "its query compares with nothing";
    return Number(compared) === critical
      ? undefined
      : `its query compares with ${compared}, its critical threshold is ${critical ?? "not set"}`;
  },
};
