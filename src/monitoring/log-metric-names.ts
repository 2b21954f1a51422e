import type { Environment } from "../config";

/**
 * The metrics that Datadog counts from nginx's logs. A Datadog organization has each name once, and environments may
 * share an organization: so the name says the environment (docs/decisions/0023).
 */
export function logMetricNames({ name }: Environment) {
  // Names of metrics know no hyphen.
  const base = `dev_one.${name.replaceAll("-", "_")}.http`;
  return {
    requests: `${base}.requests`,
    /** Requests whose duration says something: not those that are held on purpose. */
    timed: `${base}.timed_requests`,
    /** Of these, the ones that were answered within the time of the latency objective. */
    fast: `${base}.fast_requests`,
    duration: `${base}.duration`,
    readDuration: `${base}.read.duration`,
    writeDuration: `${base}.write.duration`,
    /** Lines of the error log that say that a worker had no connection left. */
    outOfConnections: `${base}.out_of_connections`,
  } as const;
}
