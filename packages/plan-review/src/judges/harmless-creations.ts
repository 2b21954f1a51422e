import type { Json } from "@dev-one/cli/json";

import { environments } from "../../../../src/environments";
import { type Change, isUnknownAfter, shown } from "../model/change";
import { onlyWatches } from "./types";

/** Values that Terraform makes for itself, and that are no secret; what takes them in shows that in the plan. */
const ONLY_VALUES: ReadonlySet<string> = new Set([
  "random_id",
  "random_integer",
  "random_pet",
  "random_shuffle",
  "random_uuid",
  "time_offset",
  "time_static",
]);

/** Why nobody has to look at what is made; undefined when somebody has to. */
export function harmlessCreation(change: Change): string | undefined {
  // A program that runs on this occasion can do anything.
  if (change.runsPrograms) return undefined;
  if (onlyWatches(change.type) || isAlarmThatOnlyTells(change)) return "only watches";
  return ONLY_VALUES.has(change.type) ? "only a value in the state" : undefined;
}

const ACTIONS = ["alarm_actions", "ok_actions", "insufficient_data_actions"];

/**
 * An alarm can also stop servers, scale a group or call a function; one that tells a topic of an account of ours, or nobody, does not.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
 */
function isAlarmThatOnlyTells(change: Change): boolean {
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
