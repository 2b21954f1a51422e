import { isJsonObject, type Json, type JsonObject, objectAt } from "@dev-one/cli/json";

import { objectBody, text, timestamp } from "../bodies";
import { fit } from "../models";
import { checkMessage } from "../monitor-rules/message";
import { checkOptions } from "../monitor-rules/options";
import { parseQuery, type Query } from "../monitor-rules/query";
import { checkThresholds } from "../monitor-rules/thresholds";
import type { Organization } from "../organization";
import { type Refusal, refusal } from "../refusal";
import type { ApiRequest, Resource } from "../resource";

/** Types that Datadog converts into each other. */
const METRIC_TYPES = ["metric alert", "query alert"];
/** Recorded responses of these types contain a flag for one notification for all groups. */
const WITH_SIMPLE_GROUPS = /^(log|rum|ci-tests|ci-pipelines|error-tracking|trace-analytics|audit|event-v2) alert$/;

/**
 * Monitors. Fields that the API adds are those of 95 recorded responses.
 *
 * @see https://docs.datadoghq.com/api/latest/monitors/
 */
export function monitors(organization: Organization): Resource {
  const all = organization.of("monitor");
  const path = "/api/v1/monitor";
  const notFound = (): Refusal => refusal("Monitor not found", 404);
  const checked = (given: JsonObject): JsonObject => normalized(given, check(given, organization));

  return {
    kind: "monitor",
    path,
    notFound,
    create: ({ body }) => {
      const id = organization.nextNumber();
      const now = new Date();
      const object = { ...checked(objectBody(body)), id, created: timestamp(now), created_at: now.getTime() };
      return { key: String(id), object: { ...object, modified: timestamp(now) } };
    },
    updateMethod: "PUT",
    update: ({ body }, { key, object: { id = null, created = null, created_at = null, ...known } }) => {
      const given = { ...settings(known), ...objectBody(body) };
      checkSameType(known.type, given.type);
      return { key, object: { ...checked(given), id, created, created_at, modified: timestamp(new Date()) } };
    },
    checkDelete: (id, { query }) => {
      const users = [
        ...[...organization.of("SLO")]
          .filter(([, { monitor_ids }]) => includes(monitor_ids, id))
          .map(([slo]) => `slos: [${slo}]`),
        ...[...all]
          .filter(([, monitor]) => monitor.type === "composite" && queryOf(monitor).monitors.includes(id))
          .map(([composite]) => `composite monitors: [${composite}]`),
      ];
      if (users.length > 0 && query.force !== "true") {
        throw refusal(`monitor [${id}] is referenced in ${users.join(", ")}`);
      }
    },
    deleted: (id) => ({ deleted_monitor_id: Number(id) }),
    addTo: (server) => {
      server.get(path, () => [...all.values()]);
      server.post(`${path}/validate`, ({ body }) => {
        check(objectBody(body), organization);
        return {};
      });
      server.post(`${path}/:id/validate`, ({ params, body }: ApiRequest) => {
        const found = all.get(params.id ?? "");
        if (found === undefined) throw notFound();
        check({ ...settings(found), ...objectBody(body) }, organization);
        return {};
      });
    },
  };
}

function check(monitor: JsonObject, organization: Organization): Query {
  const { type, query: written, name = "", message = "", priority } = monitor;
  const finding = fit(monitor, "Monitor");
  if (finding.kind === "broken") throw refusal(finding.message);
  if (finding.kind === "unknown value") {
    const place = finding.place.join(".").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    throw refusal(`The value provided for parameter '${place}' is invalid`);
  }
  if (typeof type !== "string" || typeof written !== "string") throw refusal("'type' and 'query' must be text");
  const query = parseQuery(type, written.trim());
  const options = objectAt(monitor, "options") ?? {};
  const unknown = query.monitors.find((id) => !organization.of("monitor").has(id));
  if (unknown !== undefined)
    throw refusal(`The value provided for parameter 'query' is invalid: no monitor ${unknown}`);
  checkThresholds(type, objectAt(options, "thresholds") ?? {}, query, targetsOf(query, organization));
  checkOptions(type, options, query, written);
  checkMessage("name", text(name));
  checkMessage("message", text(message));
  if (typeof options.escalation_message === "string") checkMessage("escalation message", options.escalation_message);
  // Older providers send 0 for an absent value.
  if (typeof priority === "number" && ![0, 1, 2, 3, 4, 5].includes(priority)) {
    throw refusal("The value provided for parameter 'priority' is invalid");
  }
  return query;
}

function targetsOf({ slo }: Query, organization: Organization): Map<string, number> | undefined {
  if (slo === undefined) return undefined;
  const objective = organization.of("SLO").get(slo.id);
  if (objective === undefined) throw refusal(`The value provided for parameter 'query' is invalid: no SLO ${slo.id}`);
  const thresholds = Array.isArray(objective.thresholds) ? objective.thresholds.filter(isJsonObject) : [];
  return new Map(thresholds.map(({ timeframe, target }) => [text(timeframe), Number(target)]));
}

/** The monitor as Datadog stores and returns it. */
function normalized(given: JsonObject, query: Query): JsonObject {
  const { draft_status = "published", priority = null, message = "", query: written, type, ...rest } = given;
  const { thresholds, on_missing_data, escalation_message, ...options } = objectAt(given, "options") ?? {};
  return {
    tags: [],
    restricted_roles: null,
    ...rest,
    type: storedType(text(type), text(written)),
    query: text(written).trim(),
    message: text(message).trim(),
    draft_status,
    priority: priority === 0 ? null : priority,
    options: {
      notify_audit: false,
      include_tags: true,
      ...(options.new_group_delay === undefined ? { new_host_delay: 300 } : {}),
      ...(WITH_SIMPLE_GROUPS.test(text(type)) ? { groupby_simple_monitor: false } : {}),
      ...options,
      ...(typeof escalation_message === "string" ? { escalation_message: escalation_message.trim() } : {}),
      // The API returns neither empty thresholds nor the default of on_missing_data.
      ...(isJsonObject(thresholds) && Object.keys(thresholds).length > 0 ? { thresholds } : {}),
      ...(on_missing_data === undefined || on_missing_data === "default" ? {} : { on_missing_data }),
      silenced: {},
    },
    multi: query.groups.length > 0,
    org_id: 1,
    deleted: null,
    restriction_policy: null,
    overall_state: "No Data",
    overall_state_modified: null,
    creator: { name: "stand-in", handle: "stand-in@example.com", email: "stand-in@example.com", id: 1 },
  };
}

/** Recorded: Datadog stores metric monitors with cumulative monthly windows as "query alert", and those with formulas as "metric alert". */
function storedType(type: string, query: string): string {
  if (!METRIC_TYPES.includes(type)) return type;
  if (/\(current_\d+mo\)/.test(query)) return "query alert";
  return query.trimStart().startsWith("formula(") ? "metric alert" : type;
}

/** The user's settings, without fields that the API adds. */
function settings({ name, type, query, message, tags, options, priority, restricted_roles }: JsonObject): JsonObject {
  const all = { name, type, query, message, tags, options, priority, restricted_roles };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as JsonObject;
}

function checkSameType(known: Json | undefined, given: Json | undefined): void {
  const isSame = known === given || (METRIC_TYPES.includes(text(known)) && METRIC_TYPES.includes(text(given)));
  if (!isSame)
    throw refusal("The value provided for parameter 'type' is invalid: the type of a monitor cannot be changed");
}

const queryOf = ({ type, query }: JsonObject): Query => parseQuery(text(type), text(query));
const includes = (ids: Json | undefined, id: string): boolean => Array.isArray(ids) && ids.map(String).includes(id);
