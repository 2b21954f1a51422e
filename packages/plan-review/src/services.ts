import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { isSame } from "@dev-one/terraform-json/values";

import { blocks, type Change, strings, text } from "./model/change";
import { parsedJson } from "./model/secrets";
import type { StackPlan } from "./model/stack-plan";
import { byCodePoint, entry } from "./text";

/** What a plan changes of one service. */
export interface ServiceChanges {
  readonly service: string;
  /** Team that owns it; undefined where no resource of the plan says. */
  readonly team: string | undefined;
  /** Resources to create, change, replace or destroy. */
  readonly changed: number;
}

const COUNTED: readonly Change["action"][] = ["create", "update", "replace", "delete"];

/**
 * The services whose resources a plan changes, by name. A resource is of a service by its tag `service`, in AWS or Datadog; a launch
 * template and a target group by that of all groups that use it, a listener rule by its target group; an object of the services bucket by its key, and a
 * table of services by the rows that differ. A resource that services share is of none.
 */
export function serviceChanges({ changes, lookup }: StackPlan): ServiceChanges[] {
  const groups = changes.filter(({ type }) => type === "aws_autoscaling_group");
  const users = new Map<Change, Set<string>>();
  const use = (used: Change | undefined, group: Change): void => {
    if (used === undefined) return;
    const known = users.get(used) ?? new Set();
    // A group without a service is shared.
    for (const name of orShared(tagged(group, "service"))) known.add(name);
    users.set(used, known);
  };
  for (const group of groups) {
    const side = group.after ?? group.before;
    use(lookup.resource(group, blocks(side?.launch_template)[0]?.id, "launch_template", "0", "id"), group);
    const [arn, ...others] = strings(side?.target_group_arns);
    if (others.length === 0) use(lookup.resource(group, arn, "target_group_arns"), group);
  }
  const ofUsers = (change: Change | undefined): string[] => {
    const [only, ...others] = change === undefined ? [] : (users.get(change) ?? []);
    return only === undefined || only === SHARED || others.length > 0 ? [] : [only];
  };
  const servicesOf = (change: Change): string[] => {
    if (change.type === "aws_s3_object") return ofObject(change);
    if (change.type === "aws_lb_listener_rule") {
      const arn = blocks((change.after ?? change.before)?.action)[0]?.target_group_arn;
      return ofUsers(lookup.resource(change, arn, "action", "0", "target_group_arn"));
    }
    return [...tagged(change, "service"), ...ofUsers(change)];
  };
  const teams = new Map(
    changes.flatMap((change) => tagged(change, "service").map((name) => [name, tagged(change, "team")[0]] as const)),
  );
  const counts = new Map<string, number>();
  for (const change of changes.filter(({ action, deferred }) => COUNTED.includes(action) && deferred === undefined)) {
    for (const name of new Set(servicesOf(change))) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([service, changed]) => ({ service, team: teams.get(service), changed }))
    .sort((one, other) => byCodePoint(one.service, other.service));
}

const SHARED = "";
const orShared = (names: readonly string[]): readonly string[] => (names.length === 0 ? [SHARED] : names);

/** Values of a tag on both sides: of AWS as a map or as blocks, of Datadog as `key:value`. */
function tagged({ before, after }: Change, key: string): string[] {
  const values = [after, before].flatMap((side) => {
    if (side === undefined) return [];
    const map = isJsonObject(side.tags) ? side.tags[key] : undefined;
    const block = blocks(side.tag).find((each) => each.key === key)?.value;
    const listed = strings(side.tags)
      .find((tag) => tag.startsWith(`${key}:`))
      ?.slice(key.length + 1);
    return [map, block, listed].flatMap((value) => text(value) ?? []);
  });
  return [...new Set(values)];
}

/** Services of an object in the bucket of services: of a table those whose rows differ, of others the one that the key names. */
function ofObject({ before, after }: Change): string[] {
  const key = text(after?.key) ?? text(before?.key) ?? "";
  const [, named] = /^(?:bundles|services)\/([a-z0-9-]+)[./]/.exec(key) ?? [];
  if (named !== undefined) return [named];
  if (!key.startsWith("tables/")) return [];
  const [old, now] = [rowsOf(before), rowsOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (name) => !isSame(entry(old, name), entry(now, name)),
  );
}

function rowsOf(side: JsonObject | undefined): JsonObject {
  const table: Json | undefined = parsedJson(text(side?.content) ?? "");
  const services = isJsonObject(table) ? table.services : undefined;
  return isJsonObject(services) ? services : {};
}
