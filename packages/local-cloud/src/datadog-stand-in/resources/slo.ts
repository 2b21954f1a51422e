import { randomUUID } from "node:crypto";

import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { objectBody, text, without } from "../bodies";
import { fit } from "../models";
import type { Organization } from "../organization";
import { type Refusal, refusal, shown } from "../refusal";
import type { Resource } from "../resource";

const TYPE_IDS: Readonly<Record<string, number>> = { monitor: 0, metric: 1, time_slice: 2 };

/**
 * Service level objectives. Responses have the form of recorded ones.
 *
 * @see https://docs.datadoghq.com/api/latest/service-level-objectives/
 */
export function serviceLevelObjectives(organization: Organization): Resource {
  return {
    kind: "SLO",
    path: "/api/v1/slo",
    notFound: (id) => refusal(`SLO not found: ${id} not found`, 404),
    create: ({ body }) => {
      const now = seconds();
      const id = randomUUID().replaceAll("-", "");
      return { key: id, object: { ...check(objectBody(body), organization), id, created_at: now, modified_at: now } };
    },
    updateMethod: "PUT",
    update: ({ body }, { key: id, object: { type = null, created_at = null } }) => {
      // The type cannot be changed: in a recorded response, Datadog requires the query of the old type.
      const checked = check({ ...without(objectBody(body), "id"), type }, organization);
      return { key: id, object: { ...checked, id, created_at, modified_at: seconds() } };
    },
    checkDelete: (id, { query }) => {
      const users = [...organization.of("monitor"), ...organization.of("dashboard")].filter(([, object]) =>
        JSON.stringify(object).includes(id),
      );
      // The API documents 409 for an SLO that is in use, unless `force` is set.
      if (users.length > 0 && query.force !== "true") {
        throw refusal(`SLO ${id} is used by ${users.map(([user]) => user).join(", ")}`, 409);
      }
    },
    deleted: (id) => ({ data: [id], error: null }),
    answer: ({ object }, operation) => ({
      data: operation === "read" ? asRead(object) : [asRead(object)],
      error: null,
    }),
  };
}

function check(body: JsonObject, organization: Organization): JsonObject {
  const type = text(body.type);
  const thresholds = body.thresholds;
  if (typeof body.name !== "string" || body.name === "") throw invalid("must specify a name");
  if (TYPE_IDS[type] === undefined) throw invalid(`${shown(body.type)} is not a valid type`);
  if (type === "metric" && body.query === undefined && body.sli_specification === undefined) {
    throw invalid("must specify the query for count types");
  }
  if (type === "monitor" && (!Array.isArray(body.monitor_ids) || body.monitor_ids.length === 0)) {
    throw invalid("must specify monitor_ids");
  }
  if (type === "time_slice" && body.sli_specification === undefined) throw invalid("must specify sli_specification");
  if (!Array.isArray(thresholds) || thresholds.length === 0) throw invalid("must specify at least one threshold");
  const finding = fit(body, "ServiceLevelObjectiveRequest");
  if (finding.kind === "broken") throw invalid(finding.message);
  if (finding.kind === "unknown value")
    throw invalid(`${shown(finding.value)} is not a valid ${finding.place.at(-1) ?? "value"}`);
  if (finding.kind === "unknown property") throw invalid(`unexpected field ${finding.property}`);
  const checkedThresholds = checkThresholds(thresholds.filter(isJsonObject));
  const unknown = (Array.isArray(body.monitor_ids) ? body.monitor_ids : []).find(
    (id) => !organization.of("monitor").has(text(id)),
  );
  if (unknown !== undefined) throw invalid(`monitor ${text(unknown)} does not exist`);
  const tags = (Array.isArray(body.tags) ? body.tags : []).map(text);
  // kennel's checks: Datadog rejects upper case in tags of an SLO.
  const upper = tags.find((tag) => /[A-Z]/.test(tag));
  if (upper !== undefined) throw invalid(`tag ${upper} must be lower case`);
  const { description = null, ...rest } = body;
  return {
    ...rest,
    ...primary(body, checkedThresholds),
    ...(isJsonObject(body.sli_specification) ? { sli_specification: withInterval(body.sli_specification) } : {}),
    description: description ?? "",
    tags,
    monitor_tags: [],
    thresholds: checkedThresholds,
    type,
    type_id: TYPE_IDS[type] ?? 0,
    creator: { name: "stand-in", handle: "stand-in@example.com", email: "stand-in@example.com" },
    ...(type === "monitor" ? {} : { monitor_ids: [] }),
  };
}

function checkThresholds(thresholds: readonly JsonObject[]): JsonObject[] {
  const timeframes = thresholds.map(({ timeframe }) => timeframe);
  const twice = timeframes.find((each, index) => timeframes.indexOf(each) !== index);
  if (twice !== undefined) throw invalid(`more than one threshold for the timeframe ${text(twice)}`);
  return thresholds.map(({ timeframe = null, target, warning }) => {
    // Messages as users of kennel reported them.
    if (!isTarget(target)) {
      throw invalid("The target is incorrect: target must be a positive number between (0.0, 100.0)");
    }
    if (warning === undefined) return { timeframe, target, target_display: display(target) };
    // The provider's schema: "in (0,100). This must be greater than the target value".
    if (!isTarget(warning) || warning <= target) {
      throw invalid("The warning is incorrect: warning must be greater than the target and less than 100.0");
    }
    return { timeframe, target, target_display: display(target), warning, warning_display: display(warning) };
  });
}

/** The primary timeframe: the one in the request, otherwise the first of the list. */
function primary(body: JsonObject, thresholds: readonly JsonObject[]): JsonObject {
  const chosen =
    body.timeframe === undefined ? thresholds[0] : thresholds.find((each) => each.timeframe === body.timeframe);
  if (chosen === undefined) throw invalid(`there is no threshold for the timeframe ${text(body.timeframe)}`);
  const { timeframe = null, target = null, warning } = chosen;
  if (body.target_threshold !== undefined && body.target_threshold !== target) {
    throw invalid("target_threshold must match the threshold of the primary timeframe");
  }
  if (body.warning_threshold !== undefined && body.warning_threshold !== warning) {
    throw invalid("warning_threshold must match the threshold of the primary timeframe");
  }
  return { timeframe, target_threshold: target, ...(warning === undefined ? {} : { warning_threshold: warning }) };
}

/** Time slices last 300 seconds unless the query sets 60. */
function withInterval(specification: JsonObject): JsonObject {
  const { time_slice, ...rest } = specification;
  return isJsonObject(time_slice)
    ? { ...rest, time_slice: { query_interval_seconds: 300, ...time_slice } }
    : specification;
}

/** Every read returns the tags in another order, so that a comparison of lists reports a change. */
function asRead(objective: JsonObject): JsonObject {
  const { monitor_ids, ...rest } = objective;
  const tags = Array.isArray(objective.tags) ? objective.tags.toReversed() : [];
  return { ...rest, tags, ...(objective.type === "monitor" ? { monitor_ids: monitor_ids ?? [] } : {}) };
}

const isTarget = (value: Json | undefined): value is number => typeof value === "number" && value > 0 && value < 100;
/** Recorded: 99 is shown as "99.", 99.5 as "99.5". */
const display = (value: number): string => (Number.isInteger(value) ? `${value}.` : String(value));
const invalid = (problem: string): Refusal => refusal(`Invalid payload: ${problem}`);
const seconds = (): number => Math.floor(Date.now() / 1000);
