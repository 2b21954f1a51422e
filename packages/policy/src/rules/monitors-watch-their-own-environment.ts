import { queryOf } from "../monitor-query";
import { every, type Rule } from "../rule";

export const monitorsWatchTheirOwnEnvironment: Rule = {
  id: "monitors-watch-their-own-environment",
  title: "A monitor is tagged with its environment, and asks about no other",
  reason: "A monitor that watches two environments alerts for neither: their averages hide each other.",
  remedy: "Take scope and tags from the environment (src/monitoring/tag-filters.ts).",
  controls: {},

  subjects: every("datadog_monitor"),
  judge: (monitor, { environment }) => {
    const scopes =
      monitor.text("type") === "composite" ? [] : [...(queryOf(monitor) ?? "").matchAll(/\benv:([\w-]+|\*)/g)];
    return [
      monitor.texts("tags").includes(`env:${environment}`) ? undefined : `it has no tag env:${environment}`,
      ...scopes.map(([, env]) => (env === environment ? undefined : `its query asks about env:${env ?? ""}`)),
    ];
  },
};
