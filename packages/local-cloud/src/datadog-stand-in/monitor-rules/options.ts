import type { Json, JsonObject } from "@dev-one/cli/json";

import { text } from "../bodies";
import { type Refusal, refusal } from "../refusal";
import type { Query } from "./query";

/**
 * Rejects options that are inconsistent with the query or with each other. Ranges are those of the API reference; "new_group_delay"
 * is issue 1221 of DataDog/terraform-provider-datadog. Where no public source shows Datadog's message, the message is not
 * Datadog's.
 *
 * @throws Refusal
 */
export function checkOptions(type: string, options: JsonObject, { groups }: Query, query: string): void {
  const delay = options.new_group_delay;
  if (typeof delay === "number" && delay !== 0 && groups.length === 0) {
    throw refusal("The new_group_delay option can only be used for multi-alert monitors");
  }
  for (const name of [
    "evaluation_delay",
    "new_group_delay",
    "new_host_delay",
    "no_data_timeframe",
    "renotify_interval",
  ]) {
    checkRange(options[name], name, 0, Number.MAX_SAFE_INTEGER);
  }
  checkRange(options.timeout_h, "timeout_h", 0, 24);
  checkRange(options.min_failure_duration, "min_failure_duration", 0, 7200);
  checkRetention(options.group_retention_duration);
  checkNotifyBy(options.notify_by, groups);
  checkMissingData(type, options, query);
  const renotifies = typeof options.renotify_interval === "number" && options.renotify_interval > 0;
  for (const name of ["renotify_occurrences", "renotify_statuses"]) {
    const value = options[name];
    if (value !== undefined && value !== null && !renotifies) throw invalid(name, "needs renotify_interval");
  }
  // The provider's description: windows "can only be used for" anomaly monitors.
  if (options.threshold_windows !== undefined && !query.includes("anomalies(")) {
    throw invalid("threshold_windows", "can only be used for anomaly monitors");
  }
}

function checkNotifyBy(value: Json | undefined, groups: readonly string[]): void {
  if (!Array.isArray(value) || value.includes("*")) return;
  const stranger = value.find((each) => !groups.includes(text(each)));
  if (stranger !== undefined) throw invalid("notify_by", `${text(stranger)} is none of the query's groups`);
}

function checkMissingData(
  type: string,
  { on_missing_data: action, notify_no_data, no_data_timeframe }: JsonObject,
  query: string,
): void {
  if (action === undefined || action === null) return;
  // Issue 2815 of DataDog/terraform-provider-datadog: with default_zero, a query always has data.
  if (action !== "default" && query.includes("default_zero(")) {
    throw refusal(`Invalid on_missing_data value: ${text(action)}; valid value is: default`);
  }
  if (type === "composite" || type === "service check") throw invalid("on_missing_data", `is not for ${type} monitors`);
  if (notify_no_data === true || (typeof no_data_timeframe === "number" && notify_no_data !== false)) {
    throw invalid("on_missing_data", "cannot be used with notify_no_data");
  }
}

/** From one hour to 72 hours. */
function checkRetention(value: Json | undefined): void {
  if (value === undefined || value === null) return;
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text(value)) ?? [];
  const minutes = Number(count) * ({ m: 1, h: 60, d: 1440 }[unit ?? ""] ?? Number.NaN);
  if (!(minutes >= 60 && minutes <= 72 * 60)) throw invalid("group_retention_duration", "must be from 1h to 72h");
}

function checkRange(value: Json | undefined, name: string, least: number, most: number): void {
  if (value === undefined || value === null) return;
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? "a whole number from 0 upwards" : `from ${least} to ${most}`;
    throw invalid(name, `must be ${range}`);
  }
}

const invalid = (name: string, problem: string): Refusal =>
  refusal(`The value provided for parameter 'options.${name}' is invalid: ${problem}`);
