import type { Json } from "@dev-one/cli/json";

import { environments } from "../../../../src/environments";
import { type Change, isComputed, isUnknownAfter, shown, text } from "../model/change";
import type { Difference } from "../model/differences";
import { isHarmlessStep } from "./harmless-steps";
import { tagFindings } from "./tags";
import { isDashboard, isMonitoringOnly } from "./types";

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
const DESCRIPTION_MATTERS = /^aws_(launch_template|cloudwatch_metric_alarm)$/;

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
  if (tagFindings(change).length > 0) return undefined;
  if (change.differences.every((each) => isIncidental(change, each))) return undefined;
  const rest = meant(change);
  if (rest.length === 0) return "only tags and descriptions";
  return rest.every((each) => isHarmlessStep(change, each))
    ? "only increases retention, protection or logging"
    : undefined;
}

/** Differences that are neither cosmetic nor incidental. */
export function meant(change: Change): Difference[] {
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

export function isCosmetic({ type }: Change, { attribute }: Difference): boolean {
  if (attribute === "description" && DESCRIPTION_MATTERS.test(type)) return false;
  return COSMETIC.some(([types, attributes]) => types.test(type) && attributes.has(attribute));
}

/** Resources that exist in the state only and hold no secret. */
const ONLY_VALUES = /^(random_(id|integer|pet|shuffle|uuid)|time_(offset|static))$/;

/** Why a created resource needs no approval; undefined when it does. */
function harmlessCreation(change: Change): string | undefined {
  // A provisioner can do anything.
  if (change.runsPrograms) return undefined;
  if (isMonitoringOnly(change.type) || isAlarmThatOnlyNotifies(change)) return "only monitoring";
  return ONLY_VALUES.test(change.type) ? "only a value in the state" : undefined;
}

/**
 * An alarm can also stop servers, scale a group or invoke a function. One without actions, or with SNS topics of our accounts, only notifies.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
 */
function isAlarmThatOnlyNotifies(change: Change): boolean {
  if (change.type !== "aws_cloudwatch_metric_alarm") return false;
  return ["alarm_actions", "ok_actions", "insufficient_data_actions"].every((attribute) => {
    const actions = change.after?.[attribute] ?? [];
    return !isUnknownAfter(change, attribute) && Array.isArray(actions) && actions.every(isOwnTopic);
  });
}

function isOwnTopic(arn: Json): boolean {
  const account = /^arn:aws:sns:[a-z0-9-]+:(\d{12}):[\w-]+$/.exec(shown(arn))?.[1];
  return environments.some(({ accountId }) => accountId === account);
}

/**
 * Whether only the prose of a monitor changes; recipients and conditions stay.
 * @see https://docs.datadoghq.com/monitors/notify/variables
 */
function isMonitorText({ type, before, after }: Change, { path, isUnknown }: Difference): boolean {
  if (type !== "datadog_monitor" || !/^(name|(escalation_)?message)$/.test(path) || isUnknown) return false;
  const [old, fresh] = [text(before?.[path]), text(after?.[path])];
  // A monitor without a name or a message notifies no one.
  if (old === undefined || fresh === undefined) return false;
  return JSON.stringify(variablesAndHandles(old)) === JSON.stringify(variablesAndHandles(fresh));
}

/** The parts of a text with a function, in order: handles, template variables and conditions, marks of code and of comments. */
function variablesAndHandles(message: string): string[] {
  let isInside = false;
  return message.split(/\s+/).flatMap((word) => {
    const start = isInside ? 0 : word.indexOf("{{");
    const hasBraces = /\{\{|\}\}/.test(word);
    if (hasBraces) isInside = word.lastIndexOf("{{") > word.lastIndexOf("}}");
    // Characters next to a handle belong to it.
    if (/[@`~\\]|<!--|-->/.test(word) || (hasBraces && start === -1)) return [word];
    if (start === -1) return [];
    return [isInside || !hasBraces ? word.slice(start) : word.slice(start, word.lastIndexOf("}}") + 2)];
  });
}
