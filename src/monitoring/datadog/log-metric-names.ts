import type { Environment } from "../../config";

/**
 * Names of the metrics that Datadog generates from nginx's logs. They are unique in a Datadog organization, which environments
 * may share, so they contain the environment's name (docs/decisions/0023).
 */
export function logMetricNames({ name }: Pick<Environment, "name">) {
  // Metric names must not contain hyphens.
  const base = `dev_one.${name.replaceAll("-", "_")}.http`;
  return {
    requests: `${base}.requests`,
    /** Requests with a duration. Long polls and the like are logged without one. */
    timed: `${base}.timed_requests`,
    /** Timed requests within the time of the latency objective. */
    fast: `${base}.fast_requests`,
    duration: `${base}.duration`,
    readDuration: `${base}.read.duration`,
    writeDuration: `${base}.write.duration`,
    /** Error log lines of workers without free connections. */
    outOfConnections: `${base}.out_of_connections`,
  } as const;
}
