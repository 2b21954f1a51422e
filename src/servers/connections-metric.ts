import { type Environment, metricsNamespace } from "../config";

/** The metric of connections that the servers of a service publish, one value of each server a minute. */
export interface ConnectionsMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** As `bootstrap/platform/usr/local/sbin/dev-one-connections` publishes it. */
export function connectionsMetric(environment: Pick<Environment, "name">, service: string): ConnectionsMetric {
  return {
    namespace: metricsNamespace(environment),
    metricName: "Connections",
    dimensions: { Service: service },
  };
}
