import type { Json } from "@dev-one/cli/json";

import { environments } from "../../../../src/environments";
import { hasSameMarks, isComputed, isSameExcept, type MayDiffer, type Place } from "../decision";
import { type Change, isConfigured, isUnknownAfter, shown, text } from "../model/change";
import type { Difference } from "../model/differences";
import { entry } from "../text";
import { isHarmlessStep } from "./harmless-steps";
import { tagFindings } from "./tags";
import { isDashboard, isMonitoringOnly } from "./types";

/** Attributes that only describe a resource, by type: elsewhere a tag may be the version of an image. */
const COSMETIC: readonly (readonly [RegExp, ReadonlySet<string>])[] = [
  [/^aws_/, new Set(["tags", "tags_all", "description", "comment"])],
  [/^aws_autoscaling_group$/, new Set(["tag"])],
  [/^azurerm_/, new Set(["tags"])],
  [/^datadog_service_level_objective$/, new Set(["description"])],
  [/^google_/, new Set(["labels", "effective_labels", "terraform_labels"])],
];
/** What a description is for some types is a condition or a new version for others. */
const DESCRIPTION_MATTERS = /^aws_(launch_template|cloudwatch_metric_alarm)$/;

/** Why a change needs no approval; undefined when it does. */
export function harmlessBecause(change: Change): string | undefined {
  const { action, type } = change;
  if (change.deferred !== undefined) return undefined;
  if (action === "no-op") return "unchanged";
  if (action === "read") return "only read";
  if (action === "move") return "only moved within the state";
  if (action === "create") return harmlessCreation(change);
  if (action !== "update" || change.importedId !== undefined || !hasSameMarks(change)) return undefined;
  if (isDashboard(type)) return "only monitoring";
  const isIncidental: MayDiffer = (place) => isIncidentalAt(change, place);
  if (tagFindings(change).length > 0 || isSameExcept(change, isIncidental)) return undefined;
  const isText: MayDiffer = (place) =>
    isIncidental(place) || isCosmetic(type, place.attribute) || isMonitorText(type, place);
  if (isSameExcept(change, isText)) return "only tags and descriptions";
  return isSameExcept(change, (place) => isText(place) || isHarmlessStep(change, place))
    ? "only increases retention, protection or logging"
    : undefined;
}

/** Whether the two sides of drift differ in nothing that the configuration decides. */
export function isHarmlessDrift(change: Change): boolean {
  const { action, type } = change;
  if (action === "move") return true;
  const mayDiffer: MayDiffer = ({ attribute }) =>
    isCosmetic(type, attribute) ||
    entry(ADJUSTED, type)?.includes(attribute) === true ||
    !isConfigured(change, attribute);
  return action === "update" && hasSameMarks(change) && isSameExcept(change, mayDiffer);
}

/** Differences that are neither cosmetic nor computed. */
export function meant(change: Change): Difference[] {
  return change.differences.filter(
    ({ attribute, isUnknown }) => !isCosmetic(change.type, attribute) && !(isUnknown && isComputed(change, attribute)),
  );
}

/**
 * Optional strings that are empty on one side and `null` on the other in plans that change nothing, as seen in plans of the corpus. The
 * comment of `normalizeNullValues` in the provider's SDK says that such values "may be interchanged", not for which attributes.
 * @see https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/schema/grpc_provider.go
 */
const EMPTY_FOR_NULL: Readonly<Record<string, readonly string[]>> = {
  aws_autoscaling_group: ["capacity_reservation_specification.capacity_reservation_preference"],
  aws_db_instance: ["domain", "replicate_source_db"],
};

export const isEmptyForNull = (type: string, { path, before, after }: Place): boolean =>
  [before, after].every((value) => value === null || value === "") &&
  entry(EMPTY_FOR_NULL, type)?.includes(path) === true;

/** Whether a difference changes nothing by itself: a computed attribute, or a cosmetic one that is not known yet. */
function isIncidentalAt(change: Change, place: Place): boolean {
  const { attribute, isPart, unknown } = place;
  if (unknown !== true) return isEmptyForNull(change.type, place);
  return isCosmetic(change.type, attribute) || (!isPart && isComputed(change, attribute));
}

/**
 * Attributes that AWS adjusts by itself, and blocks that mirror resources of their own, as azurerm_subnet.
 * @see https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/virtual_network
 */
const ADJUSTED: Readonly<Record<string, readonly string[]>> = {
  aws_autoscaling_group: ["desired_capacity"],
  aws_db_instance: ["allocated_storage"],
  aws_launch_template: ["default_version", "latest_version"],
  azurerm_virtual_network: ["subnet"],
};

function isCosmetic(type: string, attribute: string): boolean {
  if (attribute === "description" && DESCRIPTION_MATTERS.test(type)) return false;
  return COSMETIC.some(([types, attributes]) => types.test(type) && attributes.has(attribute));
}

/** Resources that exist in the state only and hold no secret. */
const ONLY_VALUES = /^(random_(id|integer|pet|shuffle|uuid)|time_(offset|static))$/;

/** Why a created resource needs no approval; undefined when it does. */
function harmlessCreation(change: Change): string | undefined {
  // A provisioner can do anything.
  if (change.runsPrograms) return undefined;
  if (startsSomething(change)) return undefined;
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

/**
 * Whether a monitor starts a workflow, calls a webhook or sends an event, which can do anything, or may do so.
 * @see https://docs.datadoghq.com/monitors/notify/#integrations
 */
function startsSomething(change: Change): boolean {
  if (!/^datadog_monitor(_json)?$/.test(change.type)) return false;
  const isUnknown = ["message", "escalation_message", "monitor"].some((each) => isUnknownAfter(change, each));
  return isUnknown || /@(workflow|webhook|(aws-?)?eventbridge)\b/i.test(JSON.stringify(change.after));
}

function isOwnTopic(arn: Json): boolean {
  const account = /^arn:aws:sns:[a-z0-9-]+:(\d{12}):[\w-]+$/.exec(shown(arn))?.[1];
  return environments.some(({ accountId }) => accountId === account);
}

/**
 * Whether only the prose of a monitor changes; recipients and conditions stay.
 * @see https://docs.datadoghq.com/monitors/notify/variables
 */
function isMonitorText(type: string, { path, before, after, unknown }: Place): boolean {
  if (type !== "datadog_monitor" || !/^(name|(escalation_)?message)$/.test(path) || unknown === true) return false;
  const [old, fresh] = [text(before), text(after)];
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
