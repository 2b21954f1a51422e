import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { userDataText } from "@dev-one/terraform-json/user-data";
import { parse } from "yaml";

import { approve, type Finding } from "../finding";
import { blocks, type Change, isUnknownAfter, shown, strings, text } from "../model/change";
import { nameOf, type StackPlan } from "../model/stack-plan";
import { byCodePoint, entry, listed, type Phrase, say } from "../text";
import { meant } from "./harmless";

const SIZES: Readonly<Record<string, readonly string[]>> = {
  aws_autoscaling_group: ["min_size", "max_size", "desired_capacity"],
  aws_appautoscaling_target: ["min_capacity", "max_capacity"],
  aws_ecs_service: ["desired_count"],
  aws_eks_node_group: ["scaling_config"],
  aws_elasticache_replication_group: ["num_cache_clusters", "node_type"],
  aws_instance: ["instance_type", "ami"],
  aws_launch_template: ["instance_type", "image_id"],
};

/** Number and type of servers, their replacement, and scaling alarms. */
export function checkScaling(change: Change, stack: StackPlan): Finding[] {
  const { before, after, type } = change;
  if (before === undefined || after === undefined) return [];
  const titles: Phrase[] = [
    ...sizes(change, before, after),
    ...(type === "aws_launch_template" ? [...userData(before, after), ...rollOut(change, stack)] : []),
    ...(type === "aws_autoscaling_group" ? refresh(change) : []),
    ...(type === "aws_cloudwatch_metric_alarm" ? alarm(before, after) : []),
  ];
  return titles.map((title) => approve("scaling", "safe", change, title));
}

/** Attributes with a new value. */
const changedAmong = (attributes: readonly string[], before: JsonObject, after: JsonObject): string[] =>
  attributes.filter((each) => (after[each] ?? null) !== null && shown(before[each]) !== shown(after[each]));

function sizes({ type }: Change, before: JsonObject, after: JsonObject): Phrase[] {
  return changedAmong(entry(SIZES, type) ?? [], before, after).map((attribute) => {
    const [was, is] = [shown(before[attribute]), shown(after[attribute])];
    const isNone = /max|desired/.test(attribute) && is === "0";
    return say`${attribute}: ${is} instead of ${was}${isNone ? [", no server remains"] : []}`;
  });
}

const VERSIONS = ["latest_version", "default_version"];

/**
 * A new version of a launch template whose groups Terraform does not refresh: `npm run roll-out` brings it after the apply
 * (docs/decisions/0015-roll-out-outside-of-terraform.md). Tags of the template itself make no version.
 */
function rollOut(change: Change, { changes, lookup }: StackPlan): Phrase[] {
  if (meant(change).every(({ attribute }) => VERSIONS.includes(attribute))) return [];
  const groups = changes.filter((group) => {
    const { type, before, after } = group;
    if (type !== "aws_autoscaling_group" || before === undefined || after === undefined) return false;
    const id = blocks(after.launch_template)[0]?.id;
    const isOwn = lookup.resource(group, id, "launch_template", "0", "id") === change;
    return isOwn && blocks(after.instance_refresh).length === 0;
  });
  if (groups.length === 0) return [];
  const servers = groups.reduce((sum, { before }) => sum + Number(before?.desired_capacity ?? 0), 0);
  return [
    say`After the apply, the roll-out replaces ${servers} servers, those of ${listed(groups.map(nameOf).sort(byCodePoint))}`,
  ];
}

/** What Terraform replaces, or not, where it starts the instance refresh. */
function refresh(change: Change): Phrase[] {
  const { before, after, differences } = change;
  const isRolling = blocks(after?.instance_refresh).length > 0;
  // Attributes that trigger an instance refresh, such as `tag`; the launch template's version has a finding of its own.
  const triggers = blocks(after?.instance_refresh)
    .flatMap((refresh) => strings(refresh.triggers))
    .filter((attribute) => differences.some((each) => each.attribute === attribute));
  if (triggers.length > 0)
    return [say`Instance refresh: every server of the group is replaced, because of ${listed(triggers.sort())}`];
  const version = (side: JsonObject | undefined): Json | undefined => blocks(side?.launch_template)[0]?.version;
  const isUnknown = isUnknownAfter(change, "launch_template");
  if (!isUnknown && version(before) === version(after)) return [];
  const what = isRolling
    ? "Instance refresh: every server of the group is replaced"
    : "New servers use another version of the launch template";
  return [[`${what}${isUnknown ? ", if the launch template gets a new version (known after the apply)" : ""}`]];
}

const ALARM = ["threshold", "evaluation_periods", "datapoints_to_alarm", "period", "comparison_operator"];

function alarm(before: JsonObject, after: JsonObject): Phrase[] {
  const name = text(after.alarm_name) ?? "";
  const lines = changedAmong(ALARM, before, after).map(
    (each) => say`Alarm ${name}, ${each}: ${shown(after[each])} instead of ${shown(before[each])}`,
  );
  const isDisabled = before.actions_enabled === true && after.actions_enabled === false;
  return isDisabled ? [...lines, ["The alarm's actions are disabled (actions_enabled)"]] : lines;
}

/** Names of the files that differ in the user data; their content may be secret, and is not shown. */
function userData(before: JsonObject, after: JsonObject): Phrase[] {
  if (before.user_data === after.user_data) return [];
  const changed = changedBootFiles(before, after);
  if (changed === undefined) return [["User data changes (user_data)"]];
  return changed.length === 0
    ? [["User data changes outside of write_files (user_data)"]]
    : [say`User data of new servers changes the files ${listed(changed)}`];
}

/** Paths of the files that differ; undefined where the user data is no cloud-config. */
export function changedBootFiles(before: JsonObject | undefined, after: JsonObject | undefined): string[] | undefined {
  const old = bootFiles(before);
  const fresh = bootFiles(after);
  if (old === undefined || fresh === undefined) return undefined;
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((path) => JSON.stringify(old.get(path)) !== JSON.stringify(fresh.get(path)))
    .sort(byCodePoint);
}

/** The `write_files` of a launch template's user data, by path; undefined where it is no cloud-config. */
export function bootFiles(side: JsonObject | undefined): ReadonlyMap<string, JsonObject> | undefined {
  if (typeof side?.user_data !== "string") return undefined;
  try {
    const cloudConfig = parse(userDataText(side.user_data)) as Json;
    if (!isJsonObject(cloudConfig)) return undefined;
    return new Map(blocks(cloudConfig.write_files).map((file) => [shown(file.path), file]));
  } catch {
    return undefined;
  }
}
