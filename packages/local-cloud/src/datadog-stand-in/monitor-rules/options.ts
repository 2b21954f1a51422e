import type { Json, JsonObject } from "@dev-one/cli/json";

import { text } from "../bodies";
import { refusal } from "../refusal";
import type { Query } from "./query";

interface Rule {
  readonly options: readonly string[];
  readonly problem: string;
  readonly isWrong: (value: Json, options: JsonObject, query: Query) => boolean;
}

const isOutside = (value: Json, most: number): boolean =>
  !Number.isInteger(value) || (value as number) < 0 || (value as number) > most;

/** Ranges are those of the API reference. Where no public source shows Datadog's message, the message is not Datadog's. */
const RULES: readonly Rule[] = [
  {
    options: ["evaluation_delay", "new_group_delay", "new_host_delay", "no_data_timeframe", "renotify_interval"],
    problem: "must be a whole number from 0 upwards",
    isWrong: (value) => isOutside(value, Number.MAX_SAFE_INTEGER),
  },
  { options: ["timeout_h"], problem: "must be from 0 to 24", isWrong: (value) => isOutside(value, 24) },
  {
    options: ["notify_by"],
    problem: "names none of the query's groups",
    isWrong: (value, _options, { groups }) =>
      Array.isArray(value) && value.some((each) => each !== "*" && !groups.includes(text(each))),
  },
  {
    options: ["on_missing_data"],
    problem: "cannot be used with notify_no_data",
    isWrong: (_value, { notify_no_data, no_data_timeframe }) =>
      notify_no_data === true || (typeof no_data_timeframe === "number" && notify_no_data !== false),
  },
  {
    options: ["renotify_occurrences", "renotify_statuses"],
    problem: "needs renotify_interval",
    isWrong: (_value, { renotify_interval }) => !(typeof renotify_interval === "number" && renotify_interval > 0),
  },
];

/** Rejects options that are inconsistent with the query or with each other. @throws Refusal */
export function checkOptions(type: string, options: JsonObject, query: Query, written: string): void {
  const delay = options.new_group_delay ?? 0;
  const action = options.on_missing_data ?? null;
  // Issue 1221 of DataDog/terraform-provider-datadog.
  if (delay !== 0 && query.groups.length === 0) {
    throw refusal("The new_group_delay option can only be used for multi-alert monitors");
  }
  // Issue 2815 of DataDog/terraform-provider-datadog: with default_zero, a query always has data.
  if (action !== null && action !== "default" && written.includes("default_zero(")) {
    throw refusal(`Invalid on_missing_data value: ${text(action)}; valid value is: default`);
  }
  if (action !== null && (type === "composite" || type === "service check")) {
    throw invalid("on_missing_data", `is not for ${type} monitors`);
  }
  // The provider's description: windows "can only be used for" anomaly monitors.
  if (options.threshold_windows !== undefined && !written.includes("anomalies(")) {
    throw invalid("threshold_windows", "can only be used for anomaly monitors");
  }
  for (const rule of RULES) {
    const wrong = rule.options.find((name) => {
      const value = options[name] ?? null;
      return value !== null && rule.isWrong(value, options, query);
    });
    if (wrong !== undefined) throw invalid(wrong, rule.problem);
  }
}

const invalid = (name: string, problem: string) =>
  refusal(`The value provided for parameter 'options.${name}' is invalid: ${problem}`);
