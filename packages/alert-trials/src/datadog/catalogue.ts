import published from "./published-metrics.json";

/** How Datadog stores a metric. */
export type MetricType = "gauge" | "count" | "rate" | "distribution";

/** Metadata of a metric. */
export interface CatalogueEntry {
  readonly type: MetricType;
  /** Datadog's name of the unit, with `/second` where it is a rate; `fraction` and `percent` are different units. */
  readonly unit: string;
  /** Keys of the tags that it carries. */
  readonly tags: readonly string[];
  /** The source of the unit, type and tags. */
  readonly source: Source;
}

export interface Source {
  /** Metrics of `agent` and `log` arrive at once, those of `cloudwatch` 10 to 12 minutes later. */
  readonly kind: "agent" | "cloudwatch" | "log";
  readonly url: string;
}

const CORE = "https://github.com/DataDog/integrations-core/blob/master";
const DOCS = "https://docs.datadoghq.com/integrations";

const httpCheck: Source = { kind: "agent", url: `${CORE}/http_check/metadata.csv` };
const system: Source = { kind: "agent", url: `${DOCS}/system/` };
const ourCheck: Source = {
  kind: "agent",
  url: "src/servers/bootstrap/platform/etc/datadog-agent/checks.d/dev_one_tcp.py",
};
const elb: Source = { kind: "cloudwatch", url: `${DOCS}/amazon-elb/` };
const rds: Source = { kind: "cloudwatch", url: `${DOCS}/amazon-rds/` };
const rdsProxy: Source = { kind: "cloudwatch", url: `${DOCS}/amazon-rds-proxy/` };
const natGateway: Source = { kind: "cloudwatch", url: `${DOCS}/amazon-nat-gateway/` };
const autoScaling: Source = { kind: "cloudwatch", url: `${DOCS}/amazon-auto-scaling/` };
const jobLog: Source = { kind: "log", url: "src/servers/bootstrap/platform/usr/local/bin/dev-one-job" };
const accessLog: Source = { kind: "log", url: "src/monitoring/datadog/log-metrics.ts" };

/** Tags that every agent adds: those in `datadog.yaml`, and the host. */
const SERVER = ["host", "env", "project", "service", "team", "version", "server", "zone", "fleet"];
/** Tags that Datadog adds to metrics of AWS. */
const AWS = ["env", "project", "region", "aws_account"];
const LOAD_BALANCER = [...AWS, "loadbalancer", "name"];
const IN_ZONE = [...LOAD_BALANCER, "availability-zone", "targetgroup"];
const DATABASE = [...AWS, "dbinstanceidentifier", "name", "engine"];
const PROXY = [...AWS, "proxyname"];
const NAT = [...AWS, "natgatewayid", "name"];
const GROUP = [...AWS, "autoscalinggroupname"];
const LOG = ["env", "project", "service", "zone", "status_category"];
const LOG_WITH_VERSION = [...LOG, "version"];
const LOG_OF_DURATION = ["env", "project", "service", "zone"];
const LOG_OF_SERVER = ["host", "env", "project", "service", "server", "zone"];

const entryOf =
  (type: MetricType) =>
  (unit: string, tags: readonly string[], source: Source): CatalogueEntry => ({ type, unit, tags, source });
const gauge = entryOf("gauge");
const counter = entryOf("count");
const rate = entryOf("rate");
const distribution = entryOf("distribution");

/** Tags of the metrics of integrations whose metadata Datadog publishes, beside those of the agent: sources of their checks. */
const TAGS_OF_INTEGRATIONS: Readonly<Record<keyof typeof published.integrations, readonly string[]>> = {
  nginx: [],
  network: ["device"],
  http_check: ["url", "instance"],
  ntp: [],
  disk: ["device", "device_name"],
};

/** Every metric of these integrations, as their `metadata.csv` says: `gauge connection`, or `gauge` without a unit. */
function publishedMetrics(): Record<string, CatalogueEntry> {
  const all = Object.entries(published.integrations).flatMap(([integration, { commit, metrics }]) => {
    const url = `https://github.com/DataDog/integrations-core/blob/${commit}/${integration}/metadata.csv`;
    const tags = [...SERVER, ...TAGS_OF_INTEGRATIONS[integration as keyof typeof TAGS_OF_INTEGRATIONS]];
    return Object.entries(metrics).map(([name, fact]): [string, CatalogueEntry] => {
      const [type, unit = ""] = fact.split(" ");
      return [name, { type: type as MetricType, unit, tags, source: { kind: "agent", url } }];
    });
  });
  return Object.fromEntries(all);
}

/**
 * What is known of metrics. Those that Datadog publishes as files need no entry here; those of AWS, the agent's own and this project's do.
 * `<env>` stands for the environment in names of this project's metrics.
 */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = {
  ...publishedMetrics(),
  "system.cpu.idle": gauge("percent", SERVER, system),
  "system.mem.pct_usable": gauge("fraction", SERVER, system),
  "system.uptime": gauge("second", SERVER, system),
  // 0 or 1, so that an average is a share. Its metadata has no unit.
  "network.http.cant_connect": gauge("fraction", [...SERVER, "url", "instance"], httpCheck),
  "dev_one.tcp.connections": gauge("connection", [...SERVER, "state"], ourCheck),

  "aws.applicationelb.active_connection_count": counter("connection", LOAD_BALANCER, elb),
  "aws.applicationelb.request_count": counter("request", IN_ZONE, elb),
  "aws.applicationelb.httpcode_target_2xx": counter("response", IN_ZONE, elb),
  "aws.applicationelb.httpcode_target_3xx": counter("response", IN_ZONE, elb),
  "aws.applicationelb.httpcode_target_4xx": counter("response", IN_ZONE, elb),
  "aws.applicationelb.httpcode_target_5xx": counter("response", IN_ZONE, elb),
  "aws.applicationelb.httpcode_elb_5xx": counter("response", LOAD_BALANCER, elb),
  "aws.applicationelb.healthy_host_count": gauge("host", IN_ZONE, elb),
  "aws.applicationelb.un_healthy_host_count": gauge("host", IN_ZONE, elb),
  "aws.applicationelb.rejected_connection_count": counter("connection", [...LOAD_BALANCER, "availability-zone"], elb),
  "aws.applicationelb.target_connection_error_count": counter("error", IN_ZONE, elb),
  "aws.applicationelb.target_response_time.p95": gauge("second", IN_ZONE, elb),

  "aws.rds.cpuutilization": gauge("percent", DATABASE, rds),
  "aws.rds.database_connections": gauge("connection", DATABASE, rds),
  "aws.rds.disk_queue_depth": gauge("request", DATABASE, rds),
  "aws.rds.freeable_memory": gauge("byte", DATABASE, rds),
  // The page calls it a count, but CloudWatch's value is a maximum, as a gauge's; it has no unit there.
  "aws.rds.maximum_used_transaction_ids": gauge("transaction", DATABASE, rds),
  "aws.rds.read_iops": rate("operation/second", DATABASE, rds),
  "aws.rds.swap_usage": gauge("byte", DATABASE, rds),
  "aws.rds.write_iops": rate("operation/second", DATABASE, rds),
  "aws.rds.free_storage_space": gauge("byte", DATABASE, rds),
  "aws.rds.total_storage_space": gauge("byte", DATABASE, rds),
  "aws.rds.read_latency": gauge("second", DATABASE, rds),
  "aws.rds.write_latency": gauge("second", DATABASE, rds),

  "aws.rds.proxy.availability_percentage": gauge("percent", PROXY, rdsProxy),
  "aws.rds.proxy.client_connections": gauge("connection", PROXY, rdsProxy),
  "aws.rds.proxy.client_connections_setup_failed_auth": gauge("connection", PROXY, rdsProxy),
  "aws.rds.proxy.database_connections_borrow_latency": gauge("microsecond", PROXY, rdsProxy),
  "aws.rds.proxy.database_connections_currently_borrowed": gauge("connection", PROXY, rdsProxy),
  "aws.rds.proxy.database_connections_currently_session_pinned": gauge("connection", PROXY, rdsProxy),

  "aws.natgateway.error_port_allocation": counter("error", NAT, natGateway),
  "aws.natgateway.packets_drop_count": counter("packet", NAT, natGateway),
  "aws.natgateway.packets_in_from_source": counter("packet", NAT, natGateway),
  "aws.natgateway.packets_in_from_destination": counter("packet", NAT, natGateway),

  "aws.autoscaling.group_desired_capacity": gauge("host", GROUP, autoScaling),
  "aws.autoscaling.group_in_service_instances": gauge("host", GROUP, autoScaling),

  "dev_one.<env>.http.requests": counter("request", LOG_WITH_VERSION, accessLog),
  "dev_one.<env>.http.timed_requests": counter("request", LOG, accessLog),
  "dev_one.<env>.http.fast_requests": counter("request", LOG, accessLog),
  "dev_one.<env>.http.duration": distribution("nanosecond", [...LOG_OF_DURATION, "version"], accessLog),
  "dev_one.<env>.http.read.duration": distribution("nanosecond", LOG_OF_DURATION, accessLog),
  "dev_one.<env>.http.write.duration": distribution("nanosecond", LOG_OF_DURATION, accessLog),
  "dev_one.<env>.http.out_of_connections": counter("error", LOG_OF_SERVER, accessLog),
  "dev_one.<env>.http.unread_lines": counter("error", LOG_OF_SERVER, accessLog),
  "dev_one.<env>.jobs.runs": counter("execution", ["env", "project", "service", "job", "outcome"], jobLog),
};

/** Service checks, with the tags that they carry. */
export const serviceChecks: Readonly<Record<string, { readonly tags: readonly string[]; readonly url: string }>> = {
  "datadog.agent.up": { tags: SERVER, url: "https://docs.datadoghq.com/integrations/agent_metrics/" },
  "http.can_connect": {
    tags: [...SERVER, "url", "instance"],
    url: `${CORE}/http_check/assets/service_checks.json`,
  },
  "nginx.can_connect": { tags: [...SERVER, "host", "port"], url: `${CORE}/nginx/assets/service_checks.json` },
  "dev_one.tcp.can_read": { tags: SERVER, url: ourCheck.url },
};

/** The metadata of a metric; undefined for one that is not in the catalogue. A service may have fast requests of its own. */
export function metricNamed(name: string): CatalogueEntry | undefined {
  const common = name.replace(/^dev_one\.[a-z0-9_]+\.(?=http\.|jobs\.)/, "dev_one.<env>.");
  return catalogue[common.replace(/\.fast_requests\.[a-z0-9_]+$/, ".fast_requests")];
}
