import { approve, type Finding } from "../finding";
import { type Change, isComputed, isConfigured } from "../model/change";
import { type Difference, noteOf } from "../model/differences";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, listed, type Phrase, say } from "../text";
import { harmlessCreation } from "./harmless-creations";
import { isHarmlessStep } from "./harmless-steps";
import { isMonitorText } from "./monitor-text";
import { tagsMatter } from "./tags";
import { dangerOf, isDashboard } from "./types";

/** Attributes that only describe a resource, by provider: elsewhere a tag may be the version of an image. */
const COSMETIC: readonly (readonly [RegExp, ReadonlySet<string>])[] = [
  [/^aws_/, new Set(["tags", "tags_all", "description", "comment"])],
  [/^aws_autoscaling_group$/, new Set(["tag"])],
  [/^azurerm_/, new Set(["tags"])],
  [/^azurerm_network_security_rule$/, new Set(["description"])],
  [/^cloudflare_(dns_)?record$/, new Set(["comment"])],
  [/^datadog_service_level_objective$/, new Set(["description"])],
  [/^github_repository$/, new Set(["description", "homepage_url"])],
  [/^google_/, new Set(["labels", "effective_labels", "terraform_labels", "description"])],
];
/** Kinds of rules; what a description is for some is a condition for others. */
const DESCRIPTION_MATTERS: ReadonlySet<string> = new Set(["aws_launch_template", "aws_cloudwatch_metric_alarm"]);

/** Why a change needs no approval; undefined when it does. */
export function harmlessBecause(change: Change): string | undefined {
  const { action, type } = change;
  if (change.deferred !== undefined) return undefined;
  if (action === "no-op") return "unchanged";
  if (action === "read") return "only read";
  if (action === "move") return "only moved within the state";
  if (action === "create") return harmlessCreation(change);
  if (action !== "update" || change.importedId !== undefined) return undefined;
  if (isDashboard(type)) return "only monitoring";
  if (tagsMatter(change)) return undefined;
  if (change.differences.every((each) => isIncidental(change, each))) return undefined;
  const rest = meant(change);
  if (rest.length === 0) return "only tags and descriptions";
  return rest.every((each) => isHarmlessStep(change, each))
    ? "only increases retention, protection or logging"
    : undefined;
}

/** Differences that are neither cosmetic nor incidental. */
function meant(change: Change): Difference[] {
  return change.differences.filter(
    (each) => !isIncidental(change, each) && !isCosmetic(change, each) && !isMonitorText(change, each),
  );
}

/**
 * Differences that change nothing by themselves: computed attributes, and `null` against an empty string.
 * The AWS provider plans an empty string for `null` (`capacity_reservation_preference` of a group), because its older SDK does not
 * distinguish them.
 */
function isIncidental(change: Change, difference: Difference): boolean {
  const { aspect, isUnknown } = difference;
  if (aspect === "null-or-empty" || isComputed(change, difference)) return true;
  return isUnknown && isCosmetic(change, difference);
}

function isCosmetic({ type }: Change, { attribute }: Difference): boolean {
  if (attribute === "description" && DESCRIPTION_MATTERS.has(type)) return false;
  return COSMETIC.some(([types, attributes]) => types.test(type) && attributes.has(attribute));
}

/** Every change without a finding of another check needs approval, unless it is harmless. */
export function checkOthers(stack: StackPlan, checked: ReadonlySet<string>): Finding[] {
  const twice = repeated(stack.changes.map(({ address }) => address));
  return stack.changes.flatMap((change): Finding[] => {
    if (harmlessBecause(change) !== undefined) return [];
    // A finding about one of two changes with the same address may not be about the other.
    if (checked.has(change.address) && !twice.has(change.address)) return [];
    const isNew = change.action === "create";
    const danger = dangerOf(change.type);
    const kind = danger === "safe" ? (isNew ? "created" : "changed") : KINDS[danger];
    const title = isNew ? [change.runsPrograms ? "Created; provisioners run" : "Created"] : changed(change);
    return [approve(kind, danger, change, title)];
  });
}

/** Changes of network, identities and data have kinds that the comment never cuts. */
const KINDS = { network: "network", identity: "identity", "data loss": "data" } as const;

function repeated(addresses: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(addresses.filter((address) => seen.size === seen.add(address).size));
}

/** A change with the attributes that matter, or else with all that differ. */
function changed(change: Change): Phrase {
  const about = meant(change);
  const differing = about.length > 0 ? about : change.differences;
  if (differing.length === 0) return ["Changed, although no value differs"];
  const byPath = new Map(differing.map((each) => [each.path, each]));
  const paths = [...byPath].sort(([a], [b]) => byCodePoint(a, b)).map(([, each]) => named(each));
  return say`Changed: ${listed(paths, 6)}`;
}

function named({ path, aspect, isUnknown }: Difference): Phrase {
  const note = isUnknown ? "known after the apply" : noteOf(aspect);
  return note === undefined ? say`${path}` : say`${path}${[` (${note})`]}`;
}

/**
 * A changed order and an empty block hold no value that another check could evaluate. In a configured attribute they need approval, in
 * changes and in drift.
 */
export function checkShapes({ changes }: StackPlan): Finding[] {
  return changes.flatMap((change): Finding[] => {
    const differing = change.differences.filter(
      (each) =>
        (each.aspect === "order" || each.aspect === "empty-block") &&
        isConfigured(change, each.attribute) &&
        !isCosmetic(change, each),
    );
    if (differing.length === 0) return [];
    return [approve("changed", dangerOf(change.type), change, changed({ ...change, differences: differing }))];
  });
}
