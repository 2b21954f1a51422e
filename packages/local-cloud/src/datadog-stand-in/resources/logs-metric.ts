import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import * as z from "zod";

import { attributesOf, objectBody, read } from "../bodies";
import type { Organization } from "../organization";
import { type Refusal, refusal } from "../refusal";
import type { Resource } from "../resource";

const groupBy = z.strictObject({ path: z.string(), tag_name: z.string().optional() });
const filter = z.strictObject({ query: z.string() });
const creation = z.strictObject({
  compute: z.strictObject({
    aggregation_type: z.enum(["count", "distribution"]),
    path: z.string().min(1).optional(),
    include_percentiles: z.boolean().optional(),
  }),
  filter: filter.optional(),
  group_by: z.array(groupBy).optional(),
});
const update = z.strictObject({
  compute: z.strictObject({ include_percentiles: z.boolean().optional() }).optional(),
  filter: filter.optional(),
  group_by: z.array(groupBy).optional(),
});

/**
 * Log-based metrics. Forms and defaults are those of the recorded responses in the tests of the official client and of the
 * provider.
 *
 * @see https://docs.datadoghq.com/api/latest/logs-metrics/
 */
export function logsMetrics(organization: Organization): Resource {
  const type = "logs_metrics";
  const noPercentiles = (): Refusal =>
    invalidField("compute.include_percentiles", "can only be applied to distributions");
  return {
    kind: "logs metric",
    path: "/api/v2/logs/config/metrics",
    notFound: (name) => refusal(`not_found(Metric with name '${name}' not found)`, 404),
    create: ({ body }) => {
      const { data } = objectBody(body);
      const { compute, ...rest } = read(creation, attributesOf(body, type), invalidField);
      const { aggregation_type, path, include_percentiles } = compute;
      const name = normalizedName(isJsonObject(data) ? data.id : undefined);
      if (organization.of("logs metric").has(name)) {
        const reason = `'${name}' cannot be used as metric name, a metric already exists with that name`;
        throw refusal(`conflict(Field 'data.id' is invalid: ${reason})`, 409);
      }
      const isCount = aggregation_type === "count";
      if (!isCount && path === undefined) throw invalidField("compute.path", "is required for a distribution");
      if (isCount && include_percentiles !== undefined) throw noPercentiles();
      const attributes: JsonObject = {
        filter: rest.filter ?? { query: "*" },
        group_by: grouped(rest.group_by ?? []),
        // A count has no path: the API drops it, and the next plan shows the difference.
        compute: isCount
          ? { aggregation_type }
          : { aggregation_type, path: path ?? "", include_percentiles: include_percentiles ?? false },
      };
      return { key: name, object: { id: name, type, attributes } };
    },
    updateMethod: "PATCH",
    update: ({ body }, { key, object: metric }) => {
      const changes = read(update, attributesOf(body, type), invalidField);
      const attributes = metric.attributes as JsonObject;
      const compute = attributes.compute as JsonObject;
      const percentiles = changes.compute?.include_percentiles;
      if (percentiles !== undefined && compute.aggregation_type === "count") throw noPercentiles();
      const changed = {
        ...attributes,
        ...(changes.filter === undefined ? {} : { filter: changes.filter }),
        ...(changes.group_by === undefined ? {} : { group_by: grouped(changes.group_by) }),
        compute: { ...compute, ...(percentiles === undefined ? {} : { include_percentiles: percentiles }) },
      };
      return { key, object: { ...metric, attributes: changed } };
    },
    answer: ({ object }) => ({ data: object }),
  };
}

/** The tag name defaults to the attribute. Tags are returned in the order of their paths. */
function grouped(groups: readonly z.output<typeof groupBy>[]): JsonObject[] {
  return groups
    .map(({ path, tag_name }) => ({ path, tag_name: tag_name ?? path.replace(/^@/, "") }))
    .sort((one, other) => (one.path < other.path ? -1 : Number(one.path > other.path)));
}

/**
 * Datadog replaces characters other than letters, digits, `_` and `.` instead of rejecting them, and so does the provider
 * (`NormMetricNameParse`). A name without a letter is invalid.
 *
 * @see https://docs.datadoghq.com/metrics/custom_metrics/#naming-custom-metrics
 */
function normalizedName(id: Json | undefined): string {
  if (typeof id !== "string") throw invalidField("data.id", "is required");
  const name = id
    .replace(/^[^A-Za-z]+/, "")
    .replaceAll(/[^\w.]/g, "_")
    .replaceAll(/_*\._*/g, ".")
    .replaceAll(/_+/g, "_")
    .replace(/_$/, "");
  if (name === "" || name.length > 200) {
    throw invalidField(
      "data.id",
      `'${id}' cannot be used as metric name, it must begin with a letter and have at most 200 characters`,
    );
  }
  return name;
}

const invalidField = (place: string, problem: string): Refusal =>
  refusal(`input_validation_error(Field '${place}' is invalid: ${problem})`);
