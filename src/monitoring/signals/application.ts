import { addressTable, type Environment, type PlacedService, servicesOf, sizing } from "../../config";
import { logMetricNames } from "../datadog/log-metric-names";
import { type MetricQuery, type Series, single } from "../datadog/metric-query";
import { fleet, loadBalancer } from "../datadog/tag-filters";
import { above, type Thresholds } from "../datadog/thresholds";
import { ofEachService } from "./service-alerts";
import type { Alert, Signal } from "./signal";

const TIER = "application" as const;

/** Classes of HTTP responses and their `status_category` in Datadog's log pipeline for nginx. */
const CATEGORIES = [
  { label: "2xx", category: "ok" },
  { label: "3xx", category: "notice" },
  { label: "4xx", category: "warning" },
  { label: "5xx", category: "error" },
] as const;

/** Signals about responses to clients, from access logs of the servers (at once) and metrics of the load balancer (15 minutes later). */
export function applicationSignals(environment: Environment): Signal[] {
  return [
    throughput(environment),
    responses(environment),
    latency(environment),
    operationLatency(environment, {
      id: "read-latency",
      title: "API read latency",
      methods: "GET and HEAD",
      metric: logMetricNames(environment).readDuration,
      p95Seconds: environment.datadog.thresholds.readLatencyP95Seconds,
    }),
    operationLatency(environment, {
      id: "write-latency",
      title: "API write latency",
      methods: "POST, PUT, PATCH and DELETE",
      metric: logMetricNames(environment).writeDuration,
      p95Seconds: environment.datadog.thresholds.writeLatencyP95Seconds,
    }),
  ];
}

function throughput(environment: Environment): Signal {
  const logged = { ...requests(environment), as: "rate" } as const;
  // nginx counts health checks, too, so the metric does not end with the last client, as one of log lines does.
  const counted = { aggregator: "avg", metric: "nginx.net.request_per_s", tags: fleet(environment) } as const;
  const checks = checksPerSecond(environment);
  const atLeast: Thresholds = { comparator: "<", critical: checks, unit: "request/second" };
  const nothing: Alert = {
    kind: "metric",
    id: "throughput-none",
    title: "No request reaches a server",
    severity: "page",
    meaning: `Health checks ask a server up to ${checks} times a second; nginx counted no more in any of ten minutes, so no client gets through.`,
    query: single(counted, "request/second"),
    thresholds: atLeast,
    over: "max",
    window: "last_10m",
  };
  // as_rate() aligns a count without a value as 0: https://docs.datadoghq.com/dashboards/functions/interpolation/#default-zero
  const unlogged = (by: readonly string[] = []): MetricQuery => ({
    series: { counted: { ...counted, aggregator: "sum", by }, logged: { ...logged, by } },
    formula: "counted - logged",
    unit: "request/second",
  });
  const limitOf = (service: PlacedService): Thresholds => ({
    comparator: ">",
    critical: round(checks * mostServers(environment, service)),
    unit: "request/second",
  });
  const [service, ...otherServices] = servicesOf(environment);
  return {
    id: "throughput",
    title: "Throughput",
    tier: TIER,
    meaning: "Traffic unlike that of other weeks: a client that has gone wild, or clients that do not get through.",
    graphs: [
      {
        title: "Requests each second",
        lines: [
          { label: "servers' logs", query: single(logged, "request/second") },
          {
            label: "load balancer",
            query: single({ ...atLoadBalancer(environment, "request_count"), as: "rate" }, "request/second"),
          },
        ],
      },
      {
        title: "Requests each second, by service",
        lines: [{ label: "requests", query: single({ ...logged, by: ["service"] }, "request/second") }],
        display: "area",
      },
      {
        title: "Requests of a server, each second",
        lines: [{ label: "average", query: single({ ...counted, by: ["service"] }, "request/second") }],
        thresholds: atLeast,
      },
      {
        title: "Requests without a line in the log, each second",
        lines: [{ label: "no line", query: unlogged(["service"]) }],
        // Services of different sizes have different limits.
        ...(service === undefined || otherServices.length > 0 ? {} : { thresholds: limitOf(service) }),
      },
    ],
    alerts: ofEachService(environment, (each) => [
      {
        kind: "anomaly",
        id: "throughput-anomaly",
        title: "Traffic is unlike that of other weeks",
        severity: "notice",
        query: single(logged, "request/second"),
      },
      {
        kind: "metric",
        id: "throughput-unlogged",
        title: "Requests do not appear in the logs",
        severity: "ticket",
        meaning:
          "nginx answers requests that Datadog has no log line of: error rates, latency and error budgets rest on too few of them, or on none.",
        query: unlogged(),
        thresholds: limitOf(each),
        // Lines arrive later than counts, by up to a minute after an agent has started.
        over: "min",
        window: "last_15m",
        // With clients at every hour there are always lines. Without them, a night without data is none of lost lines.
        ...(each.hasClients ? ({ onMissingData: "notify" } as const) : {}),
      },
      // Without clients at night it would alert every morning, and before the first client all the time.
      ...(each.hasClients ? [nothing] : []),
    ]),
  };
}

function responses(environment: Environment): Signal {
  const thresholds = above(environment.datadog.thresholds.serverErrorPercent, "percent");
  const clientErrors = above(environment.datadog.thresholds.clientErrorPercent, "percent");
  const all = requests(environment);
  // as_count() aligns a count without a value as 0 already, and Datadog advises against default_zero in a monitor of an error rate:
  // https://docs.datadoghq.com/dashboards/functions/interpolation/#default-zero. Graphs need it to draw 0 where there is no 5xx at all.
  const logged: MetricQuery = {
    series: { errors: { ...all, tags: [...all.tags, "status_category:error"] }, requests: all },
    formula: "errors / requests * 100",
    unit: "percent",
  };
  const refused: MetricQuery = {
    ...logged,
    series: { errors: { ...all, tags: [...all.tags, "status_category:warning"] }, requests: all },
  };
  const seenByClients: MetricQuery = {
    series: {
      targets: atLoadBalancer(environment, "httpcode_target_5xx"),
      own: atLoadBalancer(environment, "httpcode_elb_5xx"),
      requests: atLoadBalancer(environment, "request_count"),
    },
    // `request_count` does not include requests that the load balancer answers itself.
    formula: "(targets + own) / (requests + own) * 100",
    unit: "percent",
  };
  const [first, ...others] = CATEGORIES.map(({ label, category }) => ({
    label,
    query: single({ ...all, tags: [...all.tags, `status_category:${category}`] }, "request"),
  }));
  const [firstAtEdge, ...othersAtEdge] = [2, 3, 4, 5].map((family) => ({
    label: `${family}xx`,
    query: single(atLoadBalancer(environment, `httpcode_target_${family}xx`), "response"),
  }));
  if (first === undefined || firstAtEdge === undefined) throw new RangeError("No classes of answers");
  return {
    id: "responses",
    title: "5xx, 3xx, 2xx",
    tier: TIER,
    meaning: "A share of requests fails on our side.",
    graphs: [
      { title: "Answers, by class (servers' logs)", lines: [first, ...others], display: "bars" },
      {
        title: "Answers, by class (load balancer)",
        lines: [
          firstAtEdge,
          ...othersAtEdge,
          {
            label: "5xx of the load balancer itself",
            query: single(atLoadBalancer(environment, "httpcode_elb_5xx"), "response"),
          },
        ],
        display: "bars",
      },
      {
        title: "5xx, % of requests",
        lines: [
          { label: "servers' logs", query: { ...logged, formula: "default_zero(errors) / requests * 100" } },
          {
            label: "as clients see it",
            query: {
              ...seenByClients,
              formula: "(default_zero(targets) + default_zero(own)) / (requests + default_zero(own)) * 100",
            },
          },
        ],
        thresholds,
      },
      { title: "4xx, % of requests", lines: [{ label: "servers' logs", query: refused }], thresholds: clientErrors },
      {
        title: "5xx by version, % of requests",
        lines: [{ label: "5xx", query: byVersion({ ...logged, formula: "default_zero(errors) / requests * 100" }) }],
        thresholds,
      },
      // Beside the errors, because a release is compared by both.
      {
        title: "Duration of a request by version: p95",
        lines: [{ label: "p95", query: byVersion(durations(environment, "p95")) }],
        thresholds: above(environment.datadog.thresholds.latencyP95Seconds, "second", "nanosecond"),
      },
    ],
    alerts: [
      ...ofEachService(environment, () => [
        {
          kind: "metric",
          id: "responses-5xx",
          title: "Servers answer 5xx",
          severity: "notice",
          query: logged,
          thresholds,
          over: "sum",
          window: "last_5m",
          onMissingData: "resolve",
        },
        {
          kind: "metric",
          id: "responses-4xx",
          title: "Many requests are answered with 4xx",
          severity: "notice",
          meaning:
            "Clients send requests that the service refuses: a client or a release has gone wrong, or a scanner asks for paths that do not exist.",
          query: refused,
          thresholds: clientErrors,
          over: "sum",
          window: "last_15m",
          onMissingData: "resolve",
        },
      ]),
      {
        kind: "metric",
        id: "responses-5xx-load-balancer",
        title: "Clients get 5xx from the load balancer",
        severity: "ticket",
        query: seenByClients,
        thresholds,
        over: "sum",
        window: "last_15m",
        onMissingData: "resolve",
      },
    ],
  };
}

function latency(environment: Environment): Signal {
  const { latencyP95Seconds, latencyP99Seconds } = environment.datadog.thresholds;
  const p95 = above(latencyP95Seconds, "second", "nanosecond");
  const p99 = above(latencyP99Seconds, "second", "nanosecond");
  const p95AtLoadBalancer = above(latencyP95Seconds, "second");
  const percentile = (aggregator: "p50" | "p95" | "p99") => durations(environment, aggregator);
  const seenByClients = single(
    { aggregator: "max", metric: "aws.applicationelb.target_response_time.p95", tags: loadBalancer(environment) },
    "second",
  );
  return {
    id: "latency",
    title: "Latency per request",
    tier: TIER,
    meaning: "One request in twenty, or in a hundred, takes longer than people wait.",
    graphs: [
      {
        title: "Duration of a request: p50, p95, p99",
        lines: [
          { label: "p50", query: percentile("p50") },
          { label: "p95", query: percentile("p95") },
          { label: "p99", query: percentile("p99") },
        ],
        thresholds: p95,
      },
      {
        title: "The slowest of a hundred: p99",
        lines: [{ label: "p99", query: percentile("p99") }],
        thresholds: p99,
      },
      {
        title: "Load balancer: response time, p95",
        lines: [{ label: "p95", query: seenByClients }],
        thresholds: p95AtLoadBalancer,
      },
    ],
    alerts: [
      ...ofEachService(environment, () => [
        {
          kind: "metric",
          id: "latency-p95",
          title: "Requests are slow (p95)",
          severity: "notice",
          query: percentile("p95"),
          thresholds: p95,
          over: "avg",
          window: "last_10m",
        },
        {
          kind: "metric",
          id: "latency-p99",
          title: "Some requests are very slow (p99)",
          severity: "notice",
          query: percentile("p99"),
          thresholds: p99,
          over: "avg",
          window: "last_10m",
        },
      ]),
      {
        kind: "metric",
        id: "latency-load-balancer",
        title: "Servers are slow, seen from the load balancer (p95)",
        severity: "ticket",
        query: seenByClients,
        thresholds: p95AtLoadBalancer,
        over: "avg",
        window: "last_15m",
      },
    ],
  };
}

interface Operation {
  readonly id: string;
  readonly title: string;
  readonly methods: string;
  readonly metric: string;
  readonly p95Seconds: { readonly warning: number; readonly critical: number };
}

function operationLatency(environment: Environment, { id, title, methods, metric, p95Seconds }: Operation): Signal {
  const thresholds = above(p95Seconds, "second", "nanosecond");
  const percentile = (aggregator: "p50" | "p95") =>
    single({ aggregator, metric, tags: fleet(environment) }, "nanosecond");
  return {
    id,
    title,
    tier: TIER,
    meaning: `One in twenty of ${methods} takes longer than it should.`,
    graphs: [
      {
        title: `${title} (${methods}): p50, p95`,
        lines: [
          { label: "p50", query: percentile("p50") },
          { label: "p95", query: percentile("p95") },
        ],
        thresholds,
      },
    ],
    alerts: ofEachService(environment, () => [
      {
        kind: "metric",
        id: `${id}-p95`,
        title: `${title} is high (p95)`,
        severity: "notice",
        query: percentile("p95"),
        thresholds,
        over: "avg",
        window: "last_10m",
      },
    ]),
  };
}

/** The query for each version of each service, to compare a release with the one before. */
function byVersion(query: MetricQuery): MetricQuery {
  const series = Object.entries(query.series).map(([name, each]) => [name, { ...each, by: ["service", "version"] }]);
  return { ...query, series: Object.fromEntries(series) as MetricQuery["series"] };
}

function durations(environment: Environment, aggregator: "p50" | "p95" | "p99"): MetricQuery {
  return single({ aggregator, metric: logMetricNames(environment).duration, tags: fleet(environment) }, "nanosecond");
}

/** Seconds between two health checks of a target group, and target groups of a named server. */
const HEALTH_CHECK_SECONDS = 10;
const TARGET_GROUPS = 2;
/** Requests of the agent to nginx each second: status and readiness every 15 seconds. */
const AGENT_REQUESTS = 2 / 15;
/** Nodes of the load balancer in a zone, at most. An estimate: AWS adds them with the load, and publishes no number. */
const NODES_IN_ZONE = 5;

/**
 * Requests that nginx of one server counts each second without any client: every node of the load balancer checks every target.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (December 2026)
 */
function checksPerSecond({ zones }: Environment): number {
  return round((zones.length * NODES_IN_ZONE * TARGET_GROUPS) / HEALTH_CHECK_SECONDS + AGENT_REQUESTS);
}

/** Servers of a service when it has grown to its maximum. */
function mostServers(environment: Environment, { placement }: PlacedService): number {
  if (placement.kind === "own-group") return placement.maximum;
  if (placement.kind === "some-names") return placement.names.length * environment.zones.length;
  return addressTable(environment).length + sizing(environment).elasticMaximum;
}

const round = (value: number): number => Number(value.toFixed(1));

function requests(environment: Environment): Series {
  return { aggregator: "sum", metric: logMetricNames(environment).requests, tags: fleet(environment), as: "count" };
}

function atLoadBalancer(environment: Environment, metric: string): Series {
  return { aggregator: "sum", metric: `aws.applicationelb.${metric}`, tags: loadBalancer(environment), as: "count" };
}
