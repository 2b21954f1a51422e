import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import type { FastifyInstance } from "fastify";
import * as z from "zod";

import { attributesOf, objectBody, read, text } from "../bodies";
import type { Organization } from "../organization";
import { type Refusal, refusal } from "../refusal";

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
export function logsMetrics(server: FastifyInstance, organization: Organization): void {
  const metrics = organization.of("logs metric");
  const base = "/api/v2/logs/config/metrics";
  const one = (params: unknown): JsonObject => {
    const { name } = params as { name: string };
    const found = metrics.get(name);
    if (found === undefined) throw refusal(`not_found(Metric with name '${name}' not found)`, 404);
    return found;
  };

  server.post(base, ({ body }) => {
    const { data } = objectBody(body);
    const { compute, ...rest } = read(creation, attributesOf(body, "logs_metrics"), invalidField);
    const name = normalizedName(isJsonObject(data) ? data.id : undefined);
    if (metrics.has(name)) {
      const reason = `'${name}' cannot be used as metric name, a metric already exists with that name`;
      throw refusal(`conflict(Field 'data.id' is invalid: ${reason})`, 409);
    }
    if (compute.aggregation_type === "distribution" && compute.path === undefined) {
      throw invalidField("compute.path", "is required for a distribution");
    }
    if (compute.aggregation_type === "count" && compute.include_percentiles !== undefined) {
      throw invalidField("compute.include_percentiles", "can only be applied to distributions");
    }
    const attributes: JsonObject = {
      filter: rest.filter ?? { query: "*" },
      group_by: grouped(rest.group_by ?? []),
      // A count has no path: the API drops it, and the next plan shows the difference.
      compute:
        compute.aggregation_type === "count"
          ? { aggregation_type: "count" }
          : {
              aggregation_type: "distribution",
              path: compute.path ?? "",
              include_percentiles: compute.include_percentiles ?? false,
            },
    };
    metrics.set(name, { id: name, type: "logs_metrics", attributes });
    return { data: metrics.get(name) };
  });

  server.get(base, () => ({ data: [...metrics.values()] }));
  server.get(`${base}/:name`, ({ params }) => ({ data: one(params) }));

  server.patch(`${base}/:name`, ({ params, body }) => {
    const metric = one(params);
    const changes = read(update, attributesOf(body, "logs_metrics"), invalidField);
    const attributes = metric.attributes as JsonObject;
    const compute = attributes.compute as JsonObject;
    const percentiles = changes.compute?.include_percentiles;
    if (percentiles !== undefined && compute.aggregation_type === "count") {
      throw invalidField("compute.include_percentiles", "can only be applied to distributions");
    }
    metric.attributes = {
      ...attributes,
      ...(changes.filter === undefined ? {} : { filter: changes.filter }),
      ...(changes.group_by === undefined ? {} : { group_by: grouped(changes.group_by) }),
      compute: percentiles === undefined ? compute : { ...compute, include_percentiles: percentiles },
    };
    return { data: metric };
  });

  server.delete(`${base}/:name`, ({ params }, reply) => {
    metrics.delete(text(one(params).id));
    return reply.code(204).send();
  });
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
