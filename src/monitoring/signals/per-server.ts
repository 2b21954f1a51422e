import { type MetricQuery, type Series, single } from "../datadog/metric-query";
import { EACH_SERVER } from "../datadog/tag-filters";

/** Dashboard and runbook of the signals about servers. */
export const TIER = "servers" as const;

/** A metric of each server. */
export function perServer(series: Series, unit: MetricQuery["unit"]): MetricQuery {
  return single({ ...series, by: EACH_SERVER }, unit);
}
