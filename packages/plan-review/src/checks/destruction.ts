import { approve, type Finding, forbid } from "../finding";
import { blocks, type Change, isDestroyed, strings } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { aroundTheDifference, entry, type Phrase, say } from "../text";
import { dangerOf, dataOf, holdsData, soundsLikeData } from "./types";

/** Differences that are named where Terraform names no attribute. */
const MOST_FORCING = 5;

/** A resource that is destroyed or replaced, the reason, and the data that is lost with it. */
export function checkDestruction(change: Change, { environment }: StackPlan): Finding[] {
  if (!isDestroyed(change)) return lostReplicas(change, environment.isProduction);
  const { type } = change;
  const data = dataOf(type) ?? (holdsData(type) ? "data, by the name of its type" : undefined);
  const details = [...reasons(change), ...circumstances(change)];
  if (data !== undefined) {
    const title = say`${verb(change)}; lost with it: ${[data]}`;
    return [{ ...forbid("data-destroyed", "data loss", change, title, environment.isProduction), details }];
  }
  const maybe: Phrase = soundsLikeData(type) ? say`; a type that may hold data` : [];
  const kind = change.action === "replace" ? "replaced" : "destroyed";
  const danger = soundsLikeData(type) ? "data loss" : dangerOf(type);
  return [approve(kind, danger, change, say`${verb(change)}${maybe}`, details)];
}

/** A replica of a table is a block of it; without the block, the replica is destroyed. */
function lostReplicas(change: Change, isProduction: boolean): Finding[] {
  if (change.type !== "aws_dynamodb_table" || change.action !== "update") return [];
  const regions = (side: Change["after"]): string[] =>
    blocks(side?.replica).flatMap(({ region_name: region }) => strings(region));
  return regions(change.before)
    .filter((region) => !regions(change.after).includes(region))
    .map((region) =>
      forbid("data-destroyed", "data loss", change, say`Its replica in ${region} is destroyed`, isProduction),
    );
}

function verb(change: Change): Phrase {
  if (change.deposed !== undefined) return ["The deposed object of an interrupted replacement is destroyed"];
  return change.action === "delete"
    ? ["Destroyed"]
    : [`Replaced (${change.order ?? "in an order that the plan does not tell"})`];
}

function reasons({ forcedBy, reason, differences }: Change): Phrase[] {
  const lines = forcedBy.flatMap((path): Phrase[] => {
    const found = differences.filter((each) => path === "" || each.path === path || each.path.startsWith(`${path}.`));
    if (found.length === 0) return [say`forced by ${path === "" ? ["the whole resource"] : path}`];
    return found.slice(0, path === "" ? MOST_FORCING : 1).map((each) => {
      const [old, fresh] = aroundTheDifference(each.before ?? "(none)", each.after ?? "(none)");
      return say`forced by ${path === "" ? ["the whole resource, "] : []}${each.path}: ${old ?? ""} becomes ${fresh ?? ""}`;
    });
  });
  if (reason === undefined || (lines.length > 0 && reason === "replace_because_cannot_update")) return lines;
  const told = entry(REASONS, reason);
  return [...lines, told === undefined ? say`Terraform's reason: ${reason}` : [told]];
}

/** @see https://developer.hashicorp.com/terraform/internals/json-format#change-representation */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: "tainted: an earlier apply failed",
  replace_by_request: "requested by -replace",
  replace_by_triggers: "requested by replace_triggered_by",
  delete_because_no_resource_config: "it is no longer in the configuration",
  delete_because_wrong_repetition: "count or for_each was added or removed",
  delete_because_count_index: "count decreased",
  delete_because_each_key: "its key is no longer in for_each",
  delete_because_no_module: "its module is no longer in the configuration",
  delete_because_no_move_target: "the target of its moved block is not in the configuration",
};

const CIRCUMSTANCES: Readonly<Record<string, string>> = {
  skip_final_snapshot: "without a final snapshot",
  force_destroy: "with all its content (force_destroy)",
  deletion_protection: "its deletion protection makes the apply fail",
};

const circumstances = ({ before }: Change): Phrase[] =>
  Object.entries(CIRCUMSTANCES).flatMap(([attribute, line]) => (before?.[attribute] === true ? [[line]] : []));
