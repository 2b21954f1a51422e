import { isJsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import type { Resource, TerraformJson } from "../../source/terraform-json";
import { numberOf, textOf } from "../../source/terraform-json";

/** Monitors and service level objectives that lists of a dashboard show. */
export interface Monitoring {
  readonly monitors: readonly Monitor[];
  readonly objectives: readonly Objective[];
}

export interface Monitor {
  readonly name: string;
  readonly query: string;
  /** 1 is the most urgent. */
  readonly priority: number;
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

/** The monitors and objectives of a stack. @throws UserError when an attribute is missing */
export function monitoringOf(stack: TerraformJson): Monitoring {
  return {
    monitors: stack.all("datadog_monitor").map(monitorOf),
    objectives: stack.all("datadog_service_level_objective").map((resource) => ({
      name: textOf(resource, "name"),
      tags: tagsOf(resource),
      targetPercent: numberOf(resource, "target_threshold"),
      warningPercent: numberOf(resource, "warning_threshold"),
      timeframe: textOf(resource, "timeframe"),
    })),
  };
}

function monitorOf(resource: Resource): Monitor {
  const { monitor_thresholds: thresholds, new_group_delay: delay } = resource.values;
  const warning = isJsonObject(thresholds) ? thresholds.warning : undefined;
  return {
    name: textOf(resource, "name"),
    query: textOf(resource, "query"),
    priority: numberOf(resource, "priority"),
    tags: tagsOf(resource),
    warning: typeof warning === "string" ? Number(warning) : undefined,
    newGroupDelay: typeof delay === "number" ? delay : NEW_GROUP_DELAY,
  };
}

function tagsOf({ address, values: { tags } }: Resource): string[] {
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === "string")) return tags;
  throw new UserError(`${address} has no tags, by which a dashboard would find it.`);
}

/**
 * The tags in the query of a list, as a conjunction of alternatives: `a:b AND c:d`, or
 * `tag:("a:b" AND "c:d") AND tag:("e:f" OR "e:g")`.
 * @throws UserError for any other query
 */
export function tagsAskedFor(query: string): string[][] {
  const clauses = query.split(/ AND (?=tag:)/).map((clause) => clause.replace(/^tag:\((.*)\)$/, "$1"));
  const asked = clauses.flatMap((clause) =>
    clause.split(" AND ").map((choice) => choice.split(" OR ").map((tag) => tag.replace(/^"(.*)"$/, "$1"))),
  );
  // AND and OR in one clause are refused, because their meaning would depend on the operators' precedence.
  const isClear = clauses.every((clause) => !(clause.includes(" AND ") && clause.includes(" OR ")));
  if (isClear && asked.flat().every((tag) => /^[a-z_]+:[\w.-]+$/.test(tag))) return asked;
  throw new UserError(
    `The list of a dashboard asks for ${query}, and the preview reads tags joined by AND, or by OR in a tag:(...) of their own.`,
  );
}

/** The elements that have one tag of each list of alternatives. */
export function withTags<T extends { readonly tags: readonly string[] }>(
  all: readonly T[],
  tags: readonly (readonly string[])[],
): T[] {
  return all.filter((each) => tags.every((choice) => choice.some((tag) => each.tags.includes(tag))));
}
