import { LogsMetric } from "@cdktf/provider-datadog/lib/logs-metric";
import { Construct } from "constructs";

import { type Environment, servicesOf, servicesWithJobs } from "../../config";
import { fastRequestsName, jobRunsName, logMetricNames } from "./log-metric-names";
import { endsOf } from "./service-names";
import { convert } from "./thresholds";

/** Tags of the metrics. Never the path, whose number of values is unlimited. */
const TAGS = [
  { path: "env", tagName: "env" },
  { path: "project", tagName: "project" },
  { path: "service", tagName: "service" },
  { path: "zone", tagName: "zone" },
  { path: "@http.status_category", tagName: "status_category" },
];

/**
 * Tags of durations. Datadog counts custom metrics for each combination of tags, and no graph divides durations by status.
 * @see https://docs.datadoghq.com/account_management/billing/custom_metrics/ (December 2026)
 */
const DURATION_TAGS = TAGS.filter(({ tagName }) => tagName !== "status_category");

const VERSION = { path: "version", tagName: "version" };

/** Tags of the metrics by which a release is compared with the one before (docs/decisions/0023). */
const TAGS_WITH_VERSION = [...TAGS, VERSION];

/** Tags of rare lines of one server. */
const SERVER_TAGS = ["host", "env", "project", "service", "server", "zone"].map((tag) => ({
  path: tag,
  tagName: tag,
}));

/** Tags of the runs of jobs: two of them are fields that dev-one-job writes to the journal, which the agent sends as attributes. */
const JOB_TAGS = [
  ...["env", "project", "service"].map((tag) => ({ path: tag, tagName: tag })),
  { path: "@journald.DEV_ONE_JOB", tagName: "job" },
  { path: "@journald.DEV_ONE_OUTCOME", tagName: "outcome" },
];

/** Log attribute with the time of the service for a request, nanoseconds. Requests that do not count for latency have another one. */
const DURATION = "@duration";

export interface LogMetricsProps {
  /** Its name is a part of the metrics' names, and each of its services has a latency objective. */
  readonly environment: Environment;
}

/**
 * Metrics of requests and durations from nginx's access log, and of workers without free connections from its error log:
 * open-source nginx reports them nowhere else. Also of lines that are not read and, where a service has nightly jobs, of their runs.
 */
export class LogMetrics extends Construct {
  private readonly accessLogs: string;

  constructor(scope: Construct, id: string, { environment }: LogMetricsProps) {
    super(scope, id);
    const nginx = `env:${environment.name} project:dev-one source:nginx`;
    // Error logs have the same source, and no status code.
    this.accessLogs = `${nginx} @http.status_code:*`;
    const names = logMetricNames(environment);
    this.count("requests", names.requests, "", TAGS_WITH_VERSION);
    this.count("timed-requests", names.timed, `${DURATION}:>=0`);
    // One for each service, so that another limit of one changes nothing for the others.
    for (const service of servicesOf(environment)) {
      const limit = convert(service.objectives.latencySeconds, "second", "nanosecond");
      const filter = `service:${service.name} ${DURATION}:<=${limit}`;
      this.count(`fast-requests${endsOf(service).id}`, fastRequestsName(environment, service), filter);
    }
    this.distribution("duration", names.duration, "", [...DURATION_TAGS, VERSION]);
    this.distribution("read-duration", names.readDuration, "@http.method:(GET OR HEAD)");
    this.distribution("write-duration", names.writeDuration, "@http.method:(POST OR PUT OR PATCH OR DELETE)");
    // nginx appends ", reusing connections" or " while connecting to upstream", or nothing when it drops the connection. The metric
    // counts all of them.
    const exhausted = `${nginx} "worker_connections are not enough"`;
    this.create("out-of-connections", names.outOfConnections, exhausted, { aggregationType: "count" }, SERVER_TAGS);
    // What the pipeline reads has a status code, or the level of the error log.
    const unread = `${nginx} -@http.status_code:* -@level:*`;
    this.create("unread-lines", names.unreadLines, unread, { aggregationType: "count" }, SERVER_TAGS);
    if (servicesWithJobs(environment).length > 0) {
      const ended = `env:${environment.name} project:dev-one source:dev-one-service @journald.DEV_ONE_OUTCOME:*`;
      this.create("job-runs", jobRunsName(environment), ended, { aggregationType: "count" }, JOB_TAGS);
    }
  }

  private count(id: string, name: string, filter = "", groupBy = TAGS): void {
    this.create(id, name, this.requests(filter), { aggregationType: "count" }, groupBy);
  }

  private distribution(id: string, name: string, filter: string, groupBy = DURATION_TAGS): void {
    const compute = { aggregationType: "distribution", path: DURATION, includePercentiles: true };
    this.create(id, name, this.requests(filter), compute, groupBy);
  }

  private requests(filter: string): string {
    return `${this.accessLogs} ${filter}`.trim();
  }

  private create(
    id: string,
    name: string,
    query: string,
    compute: { aggregationType: string; path?: string; includePercentiles?: boolean },
    groupBy: typeof TAGS,
  ): void {
    new LogsMetric(this, id, { name, compute, filter: { query }, groupBy });
  }
}
