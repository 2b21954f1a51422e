import { randomUUID } from "node:crypto";

import { isJsonObject, type Json, type JsonObject, objectAt } from "@dev-one/cli/json";

import { objectsIn, text } from "../bodies";
import type { Organization } from "../organization";
import { refusal } from "../refusal";
import { jsonApi, type Resource } from "../resource";

const RRULE_LEFT_OUT = /\b(DTSTART|DTEND|DURATION)\b/;
const FREQUENCY = /^(RRULE:)?([A-Z]+=[^;]+;)*FREQ=(SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)(;|$)/;
/** Tolerance for differences between clocks. */
const TOLERANCE_MS = 60_000;
const DEFAULTS: JsonObject = {
  message: null,
  mute_first_recovery_notification: false,
  notify_end_states: ["alert", "warn", "no data"],
  notify_end_types: ["expired"],
};

/**
 * Downtimes, version 2. The validation is that of the API reference, of recorded responses, and of issues 1983 ("start
 * cannot be in the past") and 2567 ("timezone must match") of DataDog/terraform-provider-datadog.
 *
 * @see https://docs.datadoghq.com/api/latest/downtimes/
 */
export function downtimes(organization: Organization): Resource {
  return jsonApi({
    type: "downtime",
    kind: "downtime",
    path: "/api/v2/downtime",
    notFound: (id, { method }) => refusal(method === "DELETE" ? `Downtime ${id} not found` : "Downtime not found", 404),
    newKey: () => randomUUID(),
    attributes: (given, known) => {
      const downtime: JsonObject = { ...DEFAULTS, ...known, ...given };
      const { scope, display_timezone } = downtime;
      // Datadog's search syntax: a scope consists of `key:value` terms, or is `*`.
      if (scope !== "*" && !text(scope).includes(":")) throw refusal("All values must have a key");
      const monitor = objectAt(downtime, "monitor_identifier")?.monitor_id;
      if (monitor !== undefined && !organization.of("monitor").has(text(monitor))) {
        throw refusal(`Monitor with id ${text(monitor)} not found`);
      }
      const display = text(display_timezone ?? "") || "UTC"; // the provider sends "" for a field that is not set
      checkTimezone(display);
      return {
        ...downtime,
        display_timezone: display,
        // Both are returned in no fixed order.
        notify_end_states: (downtime.notify_end_states as Json[]).toReversed(),
        notify_end_types: (downtime.notify_end_types as Json[]).toReversed(),
        schedule: isJsonObject(given.schedule)
          ? scheduled(given.schedule, display)
          : (known?.schedule ?? scheduled({}, display)),
      };
    },
  });
}

function scheduled(schedule: JsonObject, display: string): JsonObject {
  const now = new Date();
  if ("recurrences" in schedule) {
    const timezone = text(schedule.timezone ?? "UTC");
    checkTimezone(timezone);
    if (timezone !== display) throw refusal("timezone must match display_timezone");
    const recurrences = objectsIn(schedule.recurrences).map(({ start, ...recurrence }) => {
      checkRule(text(recurrence.rrule));
      return { ...recurrence, start: start ?? now.toISOString().slice(0, 19) };
    });
    return { recurrences, timezone };
  }
  const start = instant(schedule.start, "start") ?? now;
  const end = instant(schedule.end, "end");
  if (start.getTime() < now.getTime() - TOLERANCE_MS) throw refusal("Scheduled downtime start cannot be in the past");
  if (end !== undefined && end <= start) throw refusal("Scheduled downtime end must be after its start");
  return { start: written(start), end: end === undefined ? null : written(end) };
}

const written = (date: Date): string => date.toISOString().replace(/(\.000)?Z$/, "+00:00");

/** The API's description: ISO 8601 with a UTC offset of zero. */
function instant(value: Json | undefined, name: string): Date | undefined {
  if (value === null || value === undefined) return undefined;
  const date = new Date(text(value));
  if (Number.isNaN(date.getTime()) || !/(Z|[+]00:00)$/.test(text(value))) {
    throw refusal(`Invalid ${name} '${text(value)}': it must be ISO 8601 with a UTC offset of zero`);
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
