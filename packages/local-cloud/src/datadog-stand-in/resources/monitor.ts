import { isJsonObject, type Json, type JsonObject, objectAt } from "@dev-one/cli/json";

import { objectBody, objectsIn, text } from "../bodies";
import { problemOf } from "../models";
import { checkMessage } from "../monitor-rules/message";
import { checkOptions } from "../monitor-rules/options";
import { parseQuery, type Query } from "../monitor-rules/query";
import { checkThresholds } from "../monitor-rules/thresholds";
import type { Organization } from "../organization";
import { type Refusal, refusal } from "../refusal";
import type { ApiRequest, Resource } from "../resource";

/** Types that Datadog converts into each other; the provider takes them for the same. */
const METRIC_TYPES: readonly (Json | undefined)[] = ["metric alert", "query alert"];
/** The user's settings; the other fields of a response are Datadog's. */
const SETTINGS = ["name", "type", "query", "message", "tags", "options", "priority", "restricted_roles"];

/**
 * Monitors. Settings that the API adds are those of 95 recorded responses.
 *
 * @see https://docs.datadoghq.com/api/latest/monitors/
 */
export function monitors(organization: Organization): Resource {
  const all = organization.of("monitor");
  const path = "/api/v1/monitor";
  const notFound = (): Refusal => refusal("Monitor not found", 404);
  const updated = (known: JsonObject, body: unknown): JsonObject => {
    const settings = Object.entries(known).filter(([name]) => SETTINGS.includes(name));
    return { ...Object.fromEntries(settings), ...objectBody(body) };
  };

  return {
    kind: "monitor",
    path,
    notFound,
    updateMethod: "PUT",
    store: ({ body }, known) => {
      const given = known === undefined ? objectBody(body) : updated(known.object, body);
      if (known !== undefined) checkSameType(known.object.type, given.type);
      const id = known === undefined ? organization.nextNumber() : Number(known.key);
      return { key: String(id), object: { ...normalized(given, check(given, organization)), id } };
    },
    checkDelete: (id) => {
      const objectives = [...organization.of("SLO")].filter(([, { monitor_ids }]) => includes(monitor_ids, id));
      const composites = [...all].filter(
        ([, { type, query }]) => type === "composite" && monitorsIn(query).includes(id),
      );
      const users = [
        ...objectives.map(([slo]) => `slos: [${slo}]`),
        ...composites.map(([composite]) => `composite monitors: [${composite}]`),
      ];
      if (users.length > 0) throw refusal(`monitor [${id}] is referenced in ${users.join(", ")}`);
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
        check(updated(found, body), organization);
        return {};
      });
    },
  };
}

function check(monitor: JsonObject, organization: Organization): Query {
  const { name = "", message = "", priority = null } = monitor;
  const problem = problemOf(monitor, "Monitor");
  if (problem?.kind === "form") throw refusal(problem.text);
  if (problem?.kind === "value") throw invalid(problem.place);
  const [type, written] = [text(monitor.type), text(monitor.query)];
  const query = parseQuery(type, written.trim());
  const options = objectAt(monitor, "options") ?? {};
  const unknown = query.monitors?.find((id) => !organization.of("monitor").has(id));
  if (unknown !== undefined) throw invalid(`query`, `no monitor ${unknown}`);
  checkThresholds(type, objectAt(options, "thresholds") ?? {}, query, targetsOf(query, organization));
  checkOptions(type, options, query, written);
  checkMessage("name", text(name));
  checkMessage("message", text(message));
  checkMessage("escalation message", text(options.escalation_message ?? ""));
  // Older providers send 0 for an absent value.
  if (![null, 0, 1, 2, 3, 4, 5].includes(priority as number | null)) throw invalid("priority");
  return query;
}

function targetsOf({ slo }: Query, organization: Organization): Map<string, number> | undefined {
  if (slo === undefined) return undefined;
  const objective = organization.of("SLO").get(slo.id);
  if (objective === undefined) throw invalid("query", `no SLO ${slo.id}`);
  return new Map(objectsIn(objective.thresholds).map(({ timeframe, target }) => [text(timeframe), Number(target)]));
}

/** The monitor as Datadog stores and returns it. */
function normalized(given: JsonObject, query: Query): JsonObject {
  const { thresholds, on_missing_data, escalation_message, ...options } = objectAt(given, "options") ?? {};
  return {
    tags: [],
    restricted_roles: null,
    draft_status: "published",
    ...given,
    query: text(given.query).trim(),
    message: text(given.message).trim(),
    priority: given.priority === 0 ? null : (given.priority ?? null),
    options: {
      notify_audit: false,
      include_tags: true,
      ...(options.new_group_delay === undefined ? { new_host_delay: 300 } : {}),
      ...options,
      ...(typeof escalation_message === "string" ? { escalation_message: escalation_message.trim() } : {}),
      // The API returns neither empty thresholds nor the default of on_missing_data.
      ...(isJsonObject(thresholds) && Object.keys(thresholds).length > 0 ? { thresholds } : {}),
      ...(on_missing_data === undefined || on_missing_data === "default" ? {} : { on_missing_data }),
      silenced: {},
    },
    multi: query.groups.length > 0,
    overall_state: "No Data",
  };
}

function checkSameType(known: Json | undefined, given: Json | undefined): void {
  if (known === given || (METRIC_TYPES.includes(known) && METRIC_TYPES.includes(given))) return;
  throw invalid("type", "the type of a monitor cannot be changed");
}

const monitorsIn = (query: Json | undefined): readonly string[] => parseQuery("composite", text(query)).monitors ?? [];
const includes = (ids: Json | undefined, id: string): boolean => Array.isArray(ids) && ids.map(String).includes(id);
const invalid = (parameter: string, problem?: string): Refusal =>
  refusal(`The value provided for parameter '${parameter}' is invalid${problem === undefined ? "" : `: ${problem}`}`);
