import type { Stack } from "@dev-one/terraform-json/resources";

import type { Notes } from "../../source/coverage";
import { listed, numbered, shown } from "../../source/resources";

export type Monitoring = ReturnType<typeof monitoringOf>;
export type Monitor = Monitoring["monitors"][number];
export type Objective = Monitoring["objectives"][number];

/** Datadog's default new group delay, in seconds. */
const NEW_GROUP_DELAY = 60;

/** Monitors and service level objectives of a stack, which lists of a dashboard show. */
export function monitoringOf(stack: Stack) {
  return {
    monitors: stack.of("datadog_monitor").map((monitor) => ({
      name: shown(monitor, "name"),
      query: shown(monitor, "query"),
      /** 1 is the most urgent. */
      priority: numbered(monitor, "priority"),
      tags: listed(monitor, "tags"),
      /** Warning threshold; undefined without one. */
      warning: numbered(monitor.block("monitor_thresholds"), "warning"),
      /** Datadog's new group delay, in seconds. */
      newGroupDelay: numbered(monitor, "new_group_delay") ?? NEW_GROUP_DELAY,
    })),
    objectives: stack.of("datadog_service_level_objective").map((objective) => {
      const target =
        numbered(objective, "target_threshold") ?? numbered(objective.block("thresholds"), "target") ?? 100;
      return {
        name: shown(objective, "name"),
        tags: listed(objective, "tags"),
        targetPercent: target,
        warningPercent: numbered(objective, "warning_threshold") ?? target,
        /** Such as `30d`. */
        timeframe: shown(objective, "timeframe"),
      };
    }),
  };
}

/**
 * The tags in the query of a list, as a conjunction of alternatives: `a:b AND c:d`, or
 * `tag:("a:b" AND "c:d") AND tag:("e:f" OR "e:g")`. Any other query is noted, and finds everything.
 */
export function tagsAskedFor(query: string, notes: Notes): string[][] {
  const clauses = query.split(/ AND (?=tag:)/).map((clause) => clause.replace(/^tag:\((.*)\)$/, "$1"));
  const asked = clauses.flatMap((clause) =>
    clause.split(" AND ").map((choice) => choice.split(" OR ").map((tag) => tag.replace(/^"(.*)"$/, "$1"))),
  );
  // AND and OR in one clause are not read, because their meaning would depend on the operators' precedence.
  const isClear = clauses.every((clause) => !(clause.includes(" AND ") && clause.includes(" OR ")));
  if (isClear && asked.flat().every((tag) => /^[a-z_]+:[\w.-]+$/.test(tag))) return asked;
  notes.add(`The list of a dashboard shows everything, because its query is not read: ${query}.`);
  return [];
}

/** The elements that the query of a list finds by their tags. */
export function found<T extends { readonly tags: readonly string[] }>(all: readonly T[], query: string, notes: Notes) {
  const asked = tagsAskedFor(query, notes);
  return all.filter(({ tags }) => asked.every((choice) => choice.some((tag) => tags.includes(tag))));
}
