import { queryOf } from "../facts/monitor-query";
import { every, type Rule } from "../rule";

export const datadogMonitorQueriesOwnEnvironment: Rule = {
  id: "datadog-monitor-queries-own-environment",
  title: "A Datadog monitor is tagged with its environment and queries no other",
  reason: "A monitor over two environments averages them, so that the healthy one hides the failing one.",
  remedy: "Take the filter and the tags from the environment (src/monitoring/datadog/tag-filters.ts).",
  controls: {},

  subjects: every("datadog_monitor"),
  check: (monitor, { environment }) => {
    const filters =
      monitor.text("type") === "composite" ? [] : [...(queryOf(monitor) ?? "").matchAll(/\benv:([\w-]+|\*)/g)];
    return [
      monitor.texts("tags").includes(`env:${environment}`) ? undefined : `it has no tag env:${environment}`,
      ...filters.map(([, env]) => (env === environment ? undefined : `its query filters by env:${env ?? ""}`)),
    ];
  },
};
