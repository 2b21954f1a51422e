import type { Stack } from "@dev-one/terraform-json/resources";

import type { Notes } from "../../source/coverage";
import { listed, numbered, shown } from "../../source/resources";

/** Monitors and service level objectives that lists of a dashboard show. */
export interface Monitoring {
  readonly monitors: readonly Monitor[];
  readonly objectives: readonly Objective[];
}

export interface Monitor {
  readonly name: string;
  readonly query: string;
  /** 1 is the most urgent. */
  readonly priority: number | undefined;
  readonly tags: readonly string[];
  /** Warning threshold; undefined without one. */
  readonly warning: number | undefined;
  /** Datadog's new group delay, in seconds. */
  readonly newGroupDelay: number;
}

export interface Objective {
  readonly name: string;
  readonly tags: readonly string[];
  readonly targetPercent: number;
  readonly warningPercent: number;
  /** Such as `30d`. */
  readonly timeframe: string;
}

/** Datadog's default new group delay, in seconds. */
const NEW_GROUP_DELAY = 60;

/** The monitors and objectives of a stack. */
export function monitoringOf(stack: Stack): Monitoring {
  return {
    monitors: stack.of("datadog_monitor").map((monitor) => ({
      name: shown(monitor, "name"),
      query: shown(monitor, "query"),
      priority: numbered(monitor, "priority"),
      tags: listed(monitor, "tags"),
      warning: numbered(monitor.block("monitor_thresholds") ?? monitor, "warning"),
      newGroupDelay: numbered(monitor, "new_group_delay") ?? NEW_GROUP_DELAY,
    })),
    objectives: stack.of("datadog_service_level_objective").map((objective) => {
      const target =
        numbered(objective, "target_threshold") ??
        numbered(objective.block("thresholds") ?? objective, "target") ??
        100;
      return {
        name: shown(objective, "name"),
        tags: listed(objective, "tags"),
        targetPercent: target,
        warningPercent: numbered(objective, "warning_threshold") ?? target,
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

/** The elements that have one tag of each list of alternatives. */
export function withTags<T extends { readonly tags: readonly string[] }>(
  all: readonly T[],
  tags: readonly (readonly string[])[],
): T[] {
  return all.filter((each) => tags.every((choice) => choice.some((tag) => each.tags.includes(tag))));
}
