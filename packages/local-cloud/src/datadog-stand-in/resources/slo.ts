import { randomUUID } from "node:crypto";

import type { Json, JsonObject } from "@dev-one/cli/json";

import { objectBody, objectsIn, text, without } from "../bodies";
import { problemOf } from "../models";
import type { Organization } from "../organization";
import { type Refusal, refusal, shown } from "../refusal";
import type { Resource } from "../resource";

/** By type: the properties of which one is required, and the message without them. */
const REQUIRED: Readonly<Record<string, { readonly oneOf: readonly string[]; readonly message: string }>> = {
  metric: { oneOf: ["query", "sli_specification"], message: "must specify the query for count types" },
  monitor: { oneOf: ["monitor_ids"], message: "must specify monitor_ids" },
  time_slice: { oneOf: ["sli_specification"], message: "must specify sli_specification" },
};

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
    updateMethod: "PUT",
    store: ({ body }, known) => {
      const key = known?.key ?? randomUUID().replaceAll("-", "");
      const given = without(objectBody(body), "id");
      // The type cannot be changed: in a recorded response, Datadog requires the query of the old type.
      const typed = known === undefined ? given : { ...given, type: known.object.type ?? null };
      return { key, object: { ...checked(typed, organization), id: key } };
    },
    checkDelete: (id) => {
      const users = [...organization.of("monitor"), ...organization.of("dashboard")].filter(([, object]) =>
        JSON.stringify(object).includes(id),
      );
      // The API documents 409 for an SLO that is in use.
      if (users.length > 0) throw refusal(`SLO ${id} is used by ${users.map(([user]) => user).join(", ")}`, 409);
    },
    deleted: (id) => ({ data: [id], error: null }),
    answer: (object, operation) => ({ data: operation === "read" ? object : [object], error: null }),
  };
}

function checked(body: JsonObject, organization: Organization): JsonObject {
  const { name, type, thresholds, monitor_ids = [], tags: given = [], description } = body;
  const required = REQUIRED[text(type)];
  if (typeof name !== "string" || name === "") throw invalid("must specify a name");
  if (required === undefined) throw invalid(`${shown(type)} is not a valid type`);
  if (!required.oneOf.some((property) => body[property] !== undefined)) throw invalid(required.message);
  if (objectsIn(thresholds).length === 0) throw invalid("must specify at least one threshold");
  const problem = problemOf(body, "ServiceLevelObjectiveRequest");
  if (problem !== undefined) throw invalid(problem.text);
  const monitors = organization.of("monitor");
  const unknown = (monitor_ids as Json[]).find((id) => !monitors.has(text(id)));
  if (unknown !== undefined) throw invalid(`monitor ${text(unknown)} does not exist`);
  const tags = (given as Json[]).map(text);
  // kennel's checks: Datadog rejects upper case in tags of an SLO.
  const upper = tags.find((tag) => /[A-Z]/.test(tag));
  if (upper !== undefined) throw invalid(`tag ${upper} must be lower case`);
  checkThresholds(objectsIn(thresholds));
  return {
    ...body,
    ...primary(body, objectsIn(thresholds)),
    description: description ?? "",
    // In another order, so that a comparison of lists reports a change.
    tags: tags.toReversed(),
    monitor_ids,
  };
}

function checkThresholds(thresholds: readonly JsonObject[]): void {
  const timeframes = thresholds.map(({ timeframe }) => timeframe);
  const twice = timeframes.find((each, index) => timeframes.indexOf(each) !== index);
  if (twice !== undefined) throw invalid(`more than one threshold for the timeframe ${text(twice)}`);
  for (const { target, warning } of thresholds) {
    // Messages as users of kennel reported them.
    if (!isTarget(target)) {
      throw invalid("The target is incorrect: target must be a positive number between (0.0, 100.0)");
    }
    // The provider's schema: "in (0,100). This must be greater than the target value".
    if (warning !== undefined && (!isTarget(warning) || warning <= target)) {
      throw invalid("The warning is incorrect: warning must be greater than the target and less than 100.0");
    }
  }
}

/** The primary timeframe: the one in the request, otherwise the first of the list. */
function primary(body: JsonObject, thresholds: readonly JsonObject[]): JsonObject {
  const chosen = thresholds.find(({ timeframe }) => timeframe === (body.timeframe ?? timeframe));
  if (chosen === undefined) throw invalid(`there is no threshold for the timeframe ${text(body.timeframe)}`);
  const { timeframe = null, target = null, warning } = chosen;
  for (const [property, value] of Object.entries({ target_threshold: target, warning_threshold: warning })) {
    if (body[property] !== undefined && body[property] !== value) {
      throw invalid(`${property} must match the threshold of the primary timeframe`);
    }
  }
  return { timeframe, target_threshold: target, ...(warning === undefined ? {} : { warning_threshold: warning }) };
}

const isTarget = (value: Json | undefined): value is number => typeof value === "number" && value > 0 && value < 100;
const invalid = (problem: string): Refusal => refusal(`Invalid payload: ${problem}`);
