import { LogsMetric } from "@cdktf/provider-datadog/lib/logs-metric";
import { Construct } from "constructs";

import type { Environment } from "../config";
import { logMetricNames } from "./log-metric-names";
import { convert } from "./thresholds";

/** A metric that Datadog counts from logs carries these tags and no others; never a path, of which there is no end. */
const TAGS = [
  { path: "env", tagName: "env" },
  { path: "project", tagName: "project" },
  { path: "service", tagName: "service" },
  { path: "zone", tagName: "zone" },
  { path: "@http.status_category", tagName: "status_category" },
];

/** Of what happens to one server, and seldom. */
const TAGS_OF_SERVER = ["host", "env", "project", "service", "server", "zone"].map((tag) => ({
  path: tag,
  tagName: tag,
}));

/** Attribute of nginx's pipeline: how long a request took, in nanoseconds. Requests that are held on purpose are logged without. */
const DURATION = "@duration";

export interface LogMetricsProps {
  readonly environment: Environment;
}

/**
 * Requests and their duration, from the access logs of nginx, and whether it had connections left, from its error log. Open-source
 * nginx has no other place that knows them.
 */
export class LogMetrics extends Construct {
  private readonly accessLogs: string;

  constructor(scope: Construct, id: string, { environment }: LogMetricsProps) {
    super(scope, id);
    const nginx = `env:${environment.name} project:dev-one source:nginx`;
    // Error logs have the same source, and no status code.
    this.accessLogs = `${nginx} @http.status_code:*`;
    const names = logMetricNames(environment);
    const limit = convert(environment.datadog.slo.latencySeconds, "second", "nanosecond");
    this.count("requests", names.requests);
    this.count("timed-requests", names.timed, `${DURATION}:>=0`);
    this.count("fast-requests", names.fast, `${DURATION}:<=${limit}`);
    this.distribution("duration", names.duration);
    this.distribution("read-duration", names.readDuration, "@http.method:(GET OR HEAD)");
    this.distribution("write-duration", names.writeDuration, "@http.method:(POST OR PUT OR PATCH OR DELETE)");
    // All that nginx writes then: "..., reusing connections", "... while connecting to upstream", and nothing behind it when it
    // refuses. Only the last is counted as dropped.
    const exhausted = `${nginx} "worker_connections are not enough"`;
    this.create("out-of-connections", names.outOfConnections, exhausted, { aggregationType: "count" }, TAGS_OF_SERVER);
  }

  private count(id: string, name: string, filter = ""): void {
    this.create(id, name, this.requests(filter), { aggregationType: "count" });
  }

  private distribution(id: string, name: string, filter = ""): void {
    const compute = { aggregationType: "distribution", path: DURATION, includePercentiles: true };
    this.create(id, name, this.requests(filter), compute);
  }

  private requests(filter: string): string {
    return `${this.accessLogs} ${filter}`.trim();
  }

  private create(
    id: string,
    name: string,
    query: string,
    compute: { aggregationType: string; path?: string; includePercentiles?: boolean },
    groupBy = TAGS,
  ): void {
    new LogsMetric(this, id, { name, compute, filter: { query }, groupBy });
  }
}
