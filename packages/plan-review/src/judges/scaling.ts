import { gunzipSync } from "node:zlib";

import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { parse } from "yaml";

import type { Finding } from "../finding";
import { blocks, type Change, isUnknownAfter, shown, strings, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, entry, listed, type Phrase, say } from "../text";

const SIZES: Readonly<Record<string, readonly string[]>> = {
  aws_autoscaling_group: ["min_size", "max_size", "desired_capacity"],
  aws_appautoscaling_target: ["min_capacity", "max_capacity"],
  aws_ecs_service: ["desired_count"],
  aws_eks_node_group: ["scaling_config"],
  aws_elasticache_replication_group: ["num_cache_clusters", "node_type"],
  aws_instance: ["instance_type", "ami"],
  aws_launch_template: ["instance_type", "image_id"],
};

/** How many servers there may be, what they are, and when they come and go. */
export function judgeScaling(stack: StackPlan): Finding[] {
  return stack.changes.flatMap((change) => {
    if (change.before === undefined || change.after === undefined || change.action === "no-op") return [];
    const { before, after, type, address } = change;
    const titles: Phrase[] = [
      ...sizes(change, before, after),
      ...(type === "aws_launch_template" ? bootFiles(before, after) : []),
      ...(type === "aws_autoscaling_group" ? rollout(change) : []),
      ...(type === "aws_cloudwatch_metric_alarm" ? alarm(before, after) : []),
      ...(type === "aws_autoscaling_policy" || type === "aws_appautoscaling_policy"
        ? [["When and by how much the group grows or shrinks changes"]]
        : []),
    ];
    return titles.map((title): Finding => ({ kind: "scaling", severity: "approve", danger: "safe", address, title }));
  });
}

function sizes({ type }: Change, before: JsonObject, after: JsonObject): Phrase[] {
  return (entry(SIZES, type) ?? []).flatMap((attribute): Phrase[] => {
    const [was, is] = [shown(before[attribute]), shown(after[attribute])];
    if (was === is || after[attribute] === undefined || after[attribute] === null) return [];
    const isNone = /max|desired/.test(attribute) && is === "0";
    return [say`${attribute}: ${is} instead of ${was}${isNone ? [", so that no server is left"] : []}`];
  });
}

function rollout(change: Change): Phrase[] {
  const triggers = triggersOf(change);
  if (triggers.length > 0)
    return [say`Every server of the group is replaced, one after the other, because of ${listed(triggers)}`];
  const version = (side: JsonObject | undefined): Json | undefined => blocks(side?.launch_template)[0]?.version;
  const isUnknown = isUnknownAfter(change, "launch_template");
  if (!isUnknown && version(change.before) === version(change.after)) return [];
  const when = isUnknown ? ", if the template gets another version, which is known only after the apply" : "";
  const isRolling = blocks(change.after?.instance_refresh).length > 0;
  return [
    isRolling
      ? [`Every server of the group is replaced, one after the other${when}`]
      : [`New servers start from another version of the template${when}`],
  ];
}

/** Attributes that change and that the group answers with a refresh, such as `tag`; a template's version is told by itself. */
function triggersOf({ after, differences }: Change): string[] {
  const changed = new Set(differences.map(({ path }) => path.split(".")[0]));
  return blocks(after?.instance_refresh)
    .flatMap(({ triggers }) => strings(triggers))
    .filter((attribute) => changed.has(attribute))
    .sort(byCodePoint);
}

function alarm(before: JsonObject, after: JsonObject): Phrase[] {
  const lines = ["threshold", "evaluation_periods", "datapoints_to_alarm", "period", "comparison_operator"].flatMap(
    (attribute): Phrase[] =>
      shown(before[attribute]) === shown(after[attribute]) || (after[attribute] ?? null) === null
        ? []
        : [
            say`Alarm ${text(after.alarm_name) ?? ""}, ${attribute}: ${shown(after[attribute])} instead of ${shown(before[attribute])}`,
          ],
  );
  const isSilenced = before.actions_enabled === true && after.actions_enabled === false;
  return isSilenced ? [...lines, ["The alarm no longer does anything (actions_enabled)"]] : lines;
}

/** Names of the files that differ in the user data; what is in them may be secret, and is not shown. */
function bootFiles(before: JsonObject, after: JsonObject): Phrase[] {
  if (before.user_data === after.user_data) return [];
  const changed = changedBootFiles(before, after);
  if (changed === undefined) return [["What servers do on their first boot changes (user_data)"]];
  return changed.length === 0
    ? [["What servers do on their first boot changes, beside its files (user_data)"]]
    : [say`Other files on new servers: ${listed(changed)}`];
}

/** Paths of the files that differ; undefined where the user data is no cloud-config. */
export function changedBootFiles(before: JsonObject | undefined, after: JsonObject | undefined): string[] | undefined {
  const old = filesIn(before?.user_data);
  const fresh = filesIn(after?.user_data);
  if (old === undefined || fresh === undefined) return undefined;
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((path) => old.get(path) !== fresh.get(path))
    .sort(byCodePoint);
}

function filesIn(encoded: Json | undefined): Map<string, string> | undefined {
  if (typeof encoded !== "string") return undefined;
  try {
    const bytes = Buffer.from(encoded, "base64");
    const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    // Bounded: a few kilobytes can be made to unpack into gigabytes.
    const cloudConfig = parse(
      (isCompressed ? gunzipSync(bytes, { maxOutputLength: 10_000_000 }) : bytes).toString("utf8"),
    ) as Json;
    if (!isJsonObject(cloudConfig)) return undefined;
    return new Map(blocks(cloudConfig.write_files).map((file) => [shown(file.path), JSON.stringify(file)]));
  } catch {
    return undefined;
  }
}
