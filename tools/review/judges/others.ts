import type { JsonObject } from "../../json";
import type { Finding } from "../finding";
import { blocks, type Change, isConfigured } from "../model/change";
import { isSame } from "../model/differences";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, listed, say } from "../text";
import { dangerOf, isDashboard, onlyWatches } from "./types";

/** Attributes that say something about a resource and do nothing, by provider: elsewhere a tag may be the version of an image. */
const COSMETIC: readonly (readonly [RegExp, ReadonlySet<string>])[] = [
  [/^aws_/, new Set(["tags", "tags_all", "description", "comment"])],
  [/^aws_autoscaling_group$/, new Set(["tag"])],
  [/^azurerm_/, new Set(["tags"])],
  [/^google_/, new Set(["labels", "effective_labels", "terraform_labels", "description"])],
];
/** The tag by which an environment is recognized is not cosmetic. */
const MEANINGFUL = /^(tags|tags_all|labels)\.env$/;
/** Kinds of rules; what a description is for some is a condition for others. */
const DESCRIPTION_MATTERS: ReadonlySet<string> = new Set(["aws_launch_template", "aws_cloudwatch_metric_alarm"]);

/** Why nobody has to look at a change; undefined when somebody has to. */
export function harmlessBecause(change: Change): string | undefined {
  const { action, type } = change;
  if (change.deferred !== undefined) return undefined;
  if (action === "no-op") return "unchanged";
  if (action === "read") return "only read";
  if (action === "move") return "only moved within the state";
  if (action === "create" && onlyWatches(type)) return "only watches";
  if (action !== "update" || change.importedId !== undefined) return undefined;
  if (isDashboard(type)) return "only watches";
  const meant = change.differences.filter(
    ({ path, isUnknown }) => !isUnknown || (isConfigured(change, path) && !isCosmetic(change, path)),
  );
  if (meant.length === 0 || !meant.every(({ path }) => isCosmetic(change, path))) return undefined;
  return "only tags and descriptions";
}

function isCosmetic(change: Change, path: string): boolean {
  const { type } = change;
  if (MEANINGFUL.test(path) || (path === "description" && DESCRIPTION_MATTERS.has(type))) return false;
  const attribute = path.split(".")[0] ?? "";
  if (attribute === "tag" && !isSame(environmentTags(change.before), environmentTags(change.after))) return false;
  return COSMETIC.some(([types, attributes]) => types.test(type) && attributes.has(attribute));
}

/** An Auto Scaling group has a block for each tag. */
function environmentTags(side: JsonObject | undefined): JsonObject[] {
  return blocks(side?.tag).filter(({ key }) => key === "env");
}

/** Whatever nobody else has judged: a person must look at it, unless it is harmless. */
export function judgeOthers(stack: StackPlan, judged: ReadonlySet<string>): Finding[] {
  return stack.changes.flatMap((change): Finding[] => {
    if (harmlessBecause(change) !== undefined || judged.has(change.address)) return [];
    return [
      {
        kind: change.action === "create" ? "created" : "changed",
        severity: "approve",
        danger: dangerOf(change.type),
        address: change.address,
        title: change.action === "create" ? ["Created"] : changed(change),
      },
    ];
  });
}

function changed({ differences }: Change): Finding["title"] {
  const paths = [...new Set(differences.map(({ path }) => path))].sort(byCodePoint);
  return paths.length === 0 ? ["Changed"] : say`Changed: ${listed(paths, 6)}`;
}
