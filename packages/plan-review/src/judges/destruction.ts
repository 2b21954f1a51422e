import type { Finding } from "../finding";
import { beforeOf, blocks, type Change, isDestroyed, strings } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { entry, type Phrase, say } from "../text";
import { dangerOf, dataOf, holdsData, soundsLikeData } from "./types";

/** What is destroyed or replaced, why, and what is lost with it. */
export function judgeDestruction(stack: StackPlan): Finding[] {
  return [
    ...stack.changes.filter(isDestroyed).map((change) => judge(change, stack)),
    ...stack.changes.flatMap((change) => judgeReplicas(change, stack)),
  ];
}

/** A table's copy in another region is a block of it, and goes with its block. */
function judgeReplicas({ type, action, before, after, address }: Change, { environment }: StackPlan): Finding[] {
  if (type !== "aws_dynamodb_table" || action !== "update") return [];
  const regions = (side: Change["after"]): string[] =>
    blocks(side?.replica).flatMap(({ region_name: region }) => strings(region));
  return regions(before)
    .filter((region) => !regions(after).includes(region))
    .map((region): Finding => ({
      kind: "data-destroyed",
      severity: environment.isProduction ? "forbidden" : "approve",
      danger: "data loss",
      address,
      title: say`Its copy in ${region} is destroyed`,
    }));
}

function judge(change: Change, { environment }: StackPlan): Finding {
  const { address, type } = change;
  const data = dataOf(type) ?? (holdsData(type) ? "data, by the name of its type" : undefined);
  const details = [...reasons(change), ...circumstances(change)];
  if (data !== undefined) {
    return {
      kind: "data-destroyed",
      severity: environment.isProduction ? "forbidden" : "approve",
      danger: "data loss",
      address,
      title: say`${verb(change)}; lost with it: ${[data]}`,
      details,
    };
  }
  const maybe: Phrase = soundsLikeData(type) ? say`; a type that may hold data` : [];
  return {
    kind: change.action === "replace" ? "replaced" : "destroyed",
    severity: "approve",
    danger: soundsLikeData(type) ? "data loss" : dangerOf(type),
    address,
    title: say`${verb(change)}${maybe}`,
    details,
  };
}

function verb(change: Change): Phrase {
  if (change.deposed !== undefined) return ["What an interrupted replacement left over is destroyed"];
  return change.action === "delete"
    ? ["Destroyed"]
    : [`Replaced (${change.order ?? "in an order that this review does not know"})`];
}

function reasons({ forcedBy, reason, differences }: Change): Phrase[] {
  const lines = forcedBy.map((path): Phrase => {
    const difference = differences.find((each) => each.path === path || each.path.startsWith(`${path}.`));
    if (difference === undefined) return say`forced by ${path}`;
    return say`forced by ${difference.path}: ${difference.before ?? "(none)"} becomes ${difference.after ?? "(none)"}`;
  });
  const told = reason === undefined ? undefined : entry(REASONS, reason);
  if (lines.length > 0 && reason === "replace_because_cannot_update") return lines;
  return reason === undefined ? lines : [...lines, told === undefined ? say`Terraform's reason: ${reason}` : [told]];
}

/** @see https://developer.hashicorp.com/terraform/internals/json-format#change-representation */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: "an earlier apply failed at it (tainted)",
  replace_by_request: "asked for with -replace",
  replace_by_triggers: "asked for by replace_triggered_by",
  delete_because_no_resource_config: "it is no longer in the configuration",
  delete_because_wrong_repetition: "count or for_each came or went",
  delete_because_count_index: "count became smaller",
  delete_because_each_key: "its key is no longer in for_each",
  delete_because_no_module: "its module is no longer in the configuration",
  delete_because_no_move_target: "it was moved to where nothing is",
};

function circumstances(change: Change): Phrase[] {
  const lines: Phrase[] = [];
  if (beforeOf(change, "skip_final_snapshot") === true) lines.push(["without a final snapshot"]);
  if (beforeOf(change, "force_destroy") === true) lines.push(["with everything in it (force_destroy)"]);
  if (beforeOf(change, "deletion_protection") === true) lines.push(["its deletion protection makes the apply fail"]);
  return lines;
}
