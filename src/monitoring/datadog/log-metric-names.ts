import type { Environment, PlacedService } from "../../config";

/** Name of the metric of jobs' runs that ended. */
export const jobRunsName = (environment: Pick<Environment, "name">): string => `${baseOf(environment)}.jobs.runs`;

/**
 * Names of the metrics that Datadog generates from nginx's logs. They are unique in a Datadog organization, which environments
 * may share, so they contain the environment's name (docs/decisions/0023).
 */
export function logMetricNames(environment: Pick<Environment, "name">) {
  const base = `${baseOf(environment)}.http`;
  return {
    requests: `${base}.requests`,
    /** Requests that count for latency: not long polls and the like, and not what nginx answers without the service. */
    timed: `${base}.timed_requests`,
    duration: `${base}.duration`,
    readDuration: `${base}.read.duration`,
    writeDuration: `${base}.write.duration`,
    /** Error log lines of workers without free connections. */
    outOfConnections: `${base}.out_of_connections`,
    /** Lines of both logs without attributes: Datadog's pipeline could not read them. */
    unreadLines: `${base}.unread_lines`,
  } as const;
}

/** Name of the metric of a service's timed requests within the time of its latency objective. */
export function fastRequestsName(environment: Pick<Environment, "name">, { name, placement }: PlacedService): string {
  const end = placement.kind === "all-servers" ? "" : `.${name.replaceAll("-", "_")}`;
  return `${baseOf(environment)}.http.fast_requests${end}`;
}

function baseOf({ name }: Pick<Environment, "name">): string {
  // Metric names must not contain hyphens.
  return `dev_one.${name.replaceAll("-", "_")}`;
}
