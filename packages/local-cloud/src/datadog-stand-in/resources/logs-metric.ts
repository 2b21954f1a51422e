import { type JsonObject, objectAt } from "@dev-one/cli/json";

import { objectsIn, text } from "../bodies";
import type { Organization } from "../organization";
import { type Refusal, refusal, shown } from "../refusal";
import { jsonApi, type Resource } from "../resource";

/**
 * Log-based metrics. Forms and defaults are those of the recorded responses in the tests of the official client and of the
 * provider.
 *
 * @see https://docs.datadoghq.com/api/latest/logs-metrics/
 */
export function logsMetrics(organization: Organization): Resource {
  return jsonApi({
    type: "logs_metrics",
    kind: "logs metric",
    path: "/api/v2/logs/config/metrics",
    notFound: (name) => refusal(`not_found(Metric with name '${name}' not found)`, 404),
    newKey: ({ id }) => {
      const name = text(id);
      const problem = `'${name}' cannot be used as metric name,`;
      // The provider replaces other characters (`NormMetricNameParse`).
      if (!/^[A-Za-z][\w.]{0,199}$/.test(name)) {
        throw invalidField("data.id", `${problem} it must begin with a letter and have at most 200 characters`);
      }
      if (!organization.of("logs metric").has(name)) return name;
      throw refusal(`conflict(Field 'data.id' is invalid: ${problem} a metric already exists with that name)`, 409);
    },
    attributes: (given, known = {}) => ({
      filter: given.filter ?? known.filter ?? { query: "*" },
      group_by: grouped(objectsIn(given.group_by ?? known.group_by)),
      compute: computed({ ...objectAt(known, "compute"), ...objectAt(given, "compute") }),
    }),
  });
}

/** A count has no path: the API drops it, and the next plan shows the difference. */
function computed({ aggregation_type, path, include_percentiles }: JsonObject): JsonObject {
  if (aggregation_type === "distribution") {
    if (path === undefined) throw invalidField("compute.path", "is required for a distribution");
    return { aggregation_type, path, include_percentiles: include_percentiles ?? false };
  }
  if (aggregation_type !== "count") {
    throw invalidField(
      "compute.aggregation_type",
      `${shown(aggregation_type)} is not one of ['count', 'distribution']`,
    );
  }
  if (include_percentiles !== undefined) {
    throw invalidField("compute.include_percentiles", "can only be applied to distributions");
  }
  return { aggregation_type };
}

/** The tag name defaults to the attribute. Tags are returned in the order of their paths. */
function grouped(groups: readonly JsonObject[]): JsonObject[] {
  return groups
    .map(({ path = "", tag_name }) => ({ path: text(path), tag_name: tag_name ?? text(path).replace(/^@/, "") }))
    .sort((one, other) => (one.path < other.path ? -1 : Number(one.path > other.path)));
}

const invalidField = (place: string, problem: string): Refusal =>
  refusal(`input_validation_error(Field '${place}' is invalid: ${problem})`);
