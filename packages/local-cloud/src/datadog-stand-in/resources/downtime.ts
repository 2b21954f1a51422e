import { randomUUID } from "node:crypto";

import type { JsonObject } from "@dev-one/cli/json";
import * as z from "zod";

import { attributesOf, inWordsOfJsonSchema, read, text, timestamp, without } from "../bodies";
import type { Organization } from "../organization";
import { refusal } from "../refusal";
import type { Keyed, Resource } from "../resource";

const recurrence = z.strictObject({
  duration: z.string().regex(/^\d+[mhdw]$/, { error: "Invalid duration: it must be a whole number and m, h, d or w" }),
  rrule: z.string(),
  start: z.string().nullish(),
});
const schedule = z.union([
  z.strictObject({ start: z.string().nullish(), end: z.string().nullish() }),
  z.strictObject({ recurrences: z.array(recurrence).min(1), timezone: z.string().default("UTC") }),
]);
const downtime = z.strictObject({
  scope: z.string().min(1),
  monitor_identifier: z.union([
    z.strictObject({ monitor_id: z.int() }),
    z.strictObject({ monitor_tags: z.array(z.string()).min(1) }),
  ]),
  schedule: schedule.optional(),
  message: z.string().nullish(),
  display_timezone: z.string().nullish(),
  mute_first_recovery_notification: z.boolean().optional(),
  notify_end_states: z.array(z.enum(["alert", "no data", "warn"])).optional(),
  notify_end_types: z.array(z.enum(["canceled", "expired"])).optional(),
});
const RRULE_LEFT_OUT = /\b(DTSTART|DTEND|DURATION)\b/;
const FREQUENCY = /^(RRULE:)?([A-Z]+=[^;]+;)*FREQ=(SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)(;|$)/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Tolerance for differences between clocks. */
const TOLERANCE_MS = 60_000;

/**
 * Downtimes, version 2. The validation is that of the API reference, of recorded responses, and of issues 1983 ("start
 * cannot be in the past") and 2567 ("timezone must match") of DataDog/terraform-provider-datadog.
 *
 * @see https://docs.datadoghq.com/api/latest/downtimes/
 */
export function downtimes(organization: Organization): Resource {
  const checked = (attributes: JsonObject, known?: JsonObject): JsonObject => {
    const given = read(downtime, { ...known, ...attributes }, inWordsOfJsonSchema);
    // Datadog's search syntax: a scope consists of `key:value` terms, or is `*`.
    if (given.scope !== "*" && !given.scope.includes(":")) throw refusal("All values must have a key");
    if ("monitor_id" in given.monitor_identifier) {
      const monitor = String(given.monitor_identifier.monitor_id);
      if (!organization.of("monitor").has(monitor)) throw refusal(`Monitor with id ${monitor} not found`);
    }
    // The provider sends "" for a field that is not set.
    const display = (given.display_timezone ?? "") === "" ? "UTC" : (given.display_timezone ?? "UTC");
    checkTimezone(display);
    return {
      scope: given.scope,
      monitor_identifier: given.monitor_identifier,
      message: given.message ?? null,
      display_timezone: display,
      mute_first_recovery_notification: given.mute_first_recovery_notification ?? false,
      // Both are returned in no fixed order.
      notify_end_states: given.notify_end_states?.toReversed() ?? ["no data", "warn", "alert"],
      notify_end_types: given.notify_end_types?.toReversed() ?? ["expired"],
      schedule: scheduled(given.schedule ?? {}, display, attributes.schedule !== undefined),
    };
  };
  return {
    kind: "downtime",
    path: "/api/v2/downtime",
    keyOf: ({ id = "" }) => {
      if (!UUID.test(id)) throw refusal("Invalid URL param: downtime_id must be an uuid");
      return id;
    },
    notFound: (id, { method }) => refusal(method === "DELETE" ? `Downtime ${id} not found` : "Downtime not found", 404),
    create: ({ body }) => {
      const now = timestamp(new Date());
      const attributes = checked(attributesOf(body, "downtime"));
      return stored(randomUUID(), { ...attributes, canceled: null, created: now, modified: now });
    },
    updateMethod: "PATCH",
    update: ({ body }, { key, object: { attributes } }) => {
      const { canceled = null, created = null, ...known } = without(attributes as JsonObject, "modified", "status");
      const schedule = without(known.schedule as JsonObject, "current_downtime");
      const changed = checked(attributesOf(body, "downtime"), { ...known, schedule });
      return stored(key, { ...changed, canceled, created, modified: timestamp(new Date()) });
    },
    answer: ({ object }) => ({ data: object }),
  };
}

/** A downtime as Datadog stores and returns it. */
function stored(id: string, attributes: JsonObject): Keyed {
  const { current_downtime = null, ...schedule } = attributes.schedule as JsonObject;
  const { start } = current_downtime as JsonObject;
  const isRecurring = "recurrences" in schedule;
  const object = {
    id,
    type: "downtime",
    attributes: {
      ...attributes,
      schedule: isRecurring ? { ...schedule, current_downtime } : schedule,
      status: new Date(text(start)) > new Date() ? "scheduled" : "active",
    },
    relationships: { monitor: { data: null } },
  };
  return { key: id, object };
}

function scheduled(given: z.output<typeof schedule>, display: string, isNew: boolean): JsonObject {
  const now = new Date();
  if ("recurrences" in given) {
    checkTimezone(given.timezone);
    if (given.timezone !== display) throw refusal("timezone must match display_timezone");
    const recurrences = given.recurrences.map((each) => {
      checkRule(each.rrule);
      return { ...each, start: each.start ?? now.toISOString().slice(0, 19) };
    });
    const first = recurrences[0]?.start ?? "";
    return { recurrences, timezone: given.timezone, current_downtime: { start: `${first}+00:00` } };
  }
  const start = instant(given.start, "start") ?? now;
  const end = instant(given.end, "end");
  if (isNew && start.getTime() < now.getTime() - TOLERANCE_MS) {
    throw refusal("Scheduled downtime start cannot be in the past");
  }
  if (end !== undefined && end <= start) throw refusal("Scheduled downtime end must be after its start");
  const written = timestamp(start).replace(".000000", "");
  return {
    start: written,
    end: end === undefined ? null : timestamp(end).replace(".000000", ""),
    current_downtime: { start: written },
  };
}

/** The API's description: ISO 8601 with a UTC offset of zero. */
function instant(value: string | null | undefined, name: string): Date | undefined {
  if (value === null || value === undefined) return undefined;
  const date = new Date(value);
  if (Number.isNaN(date.getTime()) || !/(Z|[+]00:00)$/.test(value)) {
    throw refusal(`Invalid ${name} '${value}': it must be ISO 8601 with a UTC offset of zero`);
  }
  return date;
}

function checkRule(rule: string): void {
  if (RRULE_LEFT_OUT.test(rule)) throw refusal("Invalid rrule: DTSTART, DTEND and DURATION are not supported");
  if (!FREQUENCY.test(rule)) throw refusal(`Invalid rrule '${rule}': it must have a FREQ`);
}

function checkTimezone(name: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    throw refusal(`Invalid timezone '${name}'`);
  }
}
