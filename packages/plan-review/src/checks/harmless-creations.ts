import type { Json } from "@dev-one/cli/json";

import { environments } from "../../../../src/environments";
import { type Change, isUnknownAfter, shown } from "../model/change";
import { isMonitoringOnly } from "./types";

/** Resources that exist in the state only and hold no secret. */
const ONLY_VALUES: ReadonlySet<string> = new Set([
  "random_id",
  "random_integer",
  "random_pet",
  "random_shuffle",
  "random_uuid",
  "time_offset",
  "time_static",
]);

/** Why a created resource needs no approval; undefined when it does. */
export function harmlessCreation(change: Change): string | undefined {
  // A provisioner can do anything.
  if (change.runsPrograms) return undefined;
  if (isMonitoringOnly(change.type) || isAlarmThatOnlyNotifies(change)) return "only monitoring";
  return ONLY_VALUES.has(change.type) ? "only a value in the state" : undefined;
}

const ACTIONS = ["alarm_actions", "ok_actions", "insufficient_data_actions"];

/**
 * An alarm can also stop servers, scale a group or invoke a function. One without actions, or with SNS topics of our accounts, only notifies.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
 */
function isAlarmThatOnlyNotifies(change: Change): boolean {
  if (change.type !== "aws_cloudwatch_metric_alarm") return false;
  return ACTIONS.every(
    (attribute) => !isUnknownAfter(change, attribute) && areOwnTopics(change.after?.[attribute] ?? []),
  );
}

function areOwnTopics(actions: Json): boolean {
  return Array.isArray(actions) && actions.every(isOwnTopic);
}

function isOwnTopic(arn: Json): boolean {
  const account = /^arn:aws:sns:[a-z0-9-]+:(\d{12}):[\w-]+$/.exec(shown(arn))?.[1];
  return environments.some(({ accountId }) => accountId === account);
}
