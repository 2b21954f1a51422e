import {
  type Environment,
  maxConnections,
  PROXY_CONNECTIONS_PERCENT,
  serviceOfAllServers,
  servicesWithGroup,
  sizing,
} from "../../config";
import { type Aggregator, type MetricQuery, type Series, single, type Unit } from "../datadog/metric-query";
import { allGroups, groupNamed, natGateways, postgres, proxy } from "../datadog/tag-filters";
import { above, aboveZero, below, type Thresholds } from "../datadog/thresholds";
import { databaseMemory, databaseTransactions } from "./database-resources";
import { ofService } from "./service-alerts";
import type { Alert, Graph, MetricAlert, Signal } from "./signal";

const TIER = "data" as const;
/** Minutes without data from CloudWatch before an alert. Gaps of 15 minutes are normal. */
const CLOUDWATCH_NO_DATA_MINUTES = 60;

/**
 * Signals about RDS Proxy, PostgreSQL, NAT gateways and Auto Scaling groups. CloudWatch metrics arrive 15 minutes late, so these
 * alerts open tickets. What affects clients at once shows in readiness, errors and latency.
 */
export function dataSignals(environment: Environment): Signal[] {
  return [
    proxyAvailability(environment),
    proxyAuthentication(environment),
    proxyBorrowing(environment),
    databaseConnections(environment),
    proxyPinning(environment),
    databaseCpu(environment),
    databaseStorage(environment),
    databaseDisk(environment),
    databaseMemory(environment),
    databaseTransactions(environment),
    nat(environment),
    groups(environment),
  ];
}

function proxyAvailability(environment: Environment): Signal {
  const query = ofProxy(environment, "avg", "availability_percentage", "percent");
  const thresholds = below(environment.datadog.thresholds.proxyAvailabilityPercent, "percent");
  return {
    id: "proxy-availability",
    title: "RDS Proxy: availability",
    tier: TIER,
    meaning: "RDS Proxy could not reach PostgreSQL for a part of the time.",
    graphs: [{ title: "RDS Proxy reaches PostgreSQL, %", lines: [{ label: "available", query }], thresholds }],
    alerts: [ticket("proxy-availability", "RDS Proxy does not reach PostgreSQL", query, thresholds)],
  };
}

function proxyAuthentication(environment: Environment): Signal {
  const query = ofProxy(environment, "max", "client_connections_setup_failed_auth", "connection");
  const thresholds = above(environment.datadog.thresholds.proxyRefusedConnections, "connection");
  return {
    id: "proxy-authentication",
    title: "RDS Proxy: failed authentication",
    tier: TIER,
    meaning:
      "Clients come again and again with a token or a certificate that RDS Proxy refuses. One login that fails is none of that.",
    graphs: [
      {
        title: "Connections refused, each minute",
        lines: [{ label: "refused", query }],
        display: "bars",
        thresholds,
      },
    ],
    alerts: [ticket("proxy-authentication", "RDS Proxy refuses clients", query, thresholds)],
  };
}

function proxyBorrowing(environment: Environment): Signal {
  const query = ofProxy(environment, "avg", "database_connections_borrow_latency", "microsecond");
  const thresholds = above(environment.datadog.thresholds.proxyBorrowSeconds, "second", "microsecond");
  return {
    id: "proxy-borrowing",
    title: "RDS Proxy: time to lend a connection",
    tier: TIER,
    meaning: "Clients wait for a connection to PostgreSQL: all are lent, or new ones are slow to open.",
    graphs: [{ title: "Time to lend a connection", lines: [{ label: "waiting", query }], thresholds }],
    alerts: [ticket("proxy-borrowing", "Clients wait for connections to PostgreSQL", query, thresholds)],
  };
}

function databaseConnections(environment: Environment): Signal {
  const thresholds = above(environment.datadog.thresholds.databaseConnectionsPercent, "percent");
  const most = maxConnections(environment);
  const shareOfProxy = Math.floor((most * PROXY_CONNECTIONS_PERCENT) / 100);
  // PostgreSQL's own count, which includes clients that connect without the proxy. That of the proxy is one for each of its nodes, and
  // Datadog does not say which statistic of them it takes.
  const query: MetricQuery = {
    series: { open: postgresSeries(environment, "max", "database_connections") },
    formula: `open / ${shareOfProxy} * 100`,
    unit: "percent",
  };
  return {
    id: "database-connections",
    title: "Connections to PostgreSQL",
    tier: TIER,
    meaning: `RDS Proxy may open ${shareOfProxy} of the ${most} connections of PostgreSQL (max_connections); with all of them in use, clients wait, and after 30 seconds fail.`,
    graphs: [
      {
        title: "Open connections, % of the limit",
        lines: [{ label: "open", query }],
        thresholds,
      },
      {
        title: "Clients of RDS Proxy",
        lines: [{ label: "clients", query: ofProxy(environment, "max", "client_connections", "connection") }],
      },
    ],
    alerts: [ticket("database-connections-all", "PostgreSQL is running out of connections", query, thresholds)],
  };
}

function proxyPinning(environment: Environment): Signal {
  const thresholds = above(environment.datadog.thresholds.proxyPinnedPercent, "percent");
  const query: MetricQuery = {
    series: {
      pinned: proxySeries(environment, "max", "database_connections_currently_session_pinned"),
      borrowed: proxySeries(environment, "max", "database_connections_currently_borrowed"),
    },
    formula: "pinned / borrowed * 100",
    unit: "percent",
  };
  return {
    id: "proxy-pinning",
    title: "RDS Proxy: pinned connections",
    tier: TIER,
    meaning: "Clients hold connections that RDS Proxy cannot lend to others, because they changed the session.",
    graphs: [{ title: "Pinned, % of lent connections", lines: [{ label: "pinned", query }], thresholds }],
    alerts: [ticket("proxy-pinning", "Clients pin connections of RDS Proxy", query, thresholds)],
  };
}

function databaseCpu(environment: Environment): Signal {
  const thresholds = above(environment.datadog.thresholds.databaseCpuPercent, "percent");
  const query = ofPostgres(environment, "avg", "cpuutilization", "percent");
  return {
    id: "database-cpu",
    title: "PostgreSQL: CPU",
    tier: TIER,
    meaning: "PostgreSQL has no time left; every query becomes slow.",
    graphs: [{ title: "CPU of PostgreSQL, %", lines: [{ label: "CPU", query }], thresholds }],
    alerts: [
      // RDS sends the metric every minute, so missing data means that no CloudWatch metric arrives.
      {
        ...ticket("database-cpu", "CPU of PostgreSQL is high", query, thresholds),
        noDataMinutes: CLOUDWATCH_NO_DATA_MINUTES,
      },
    ],
  };
}

function databaseStorage(environment: Environment): Signal {
  const thresholds = below(environment.datadog.thresholds.databaseFreeStoragePercent, "percent");
  const free = postgresSeries(environment, "min", "free_storage_space");
  const share: MetricQuery = {
    series: { free, total: postgresSeries(environment, "min", "total_storage_space") },
    formula: "free / total * 100",
    unit: "percent",
  };
  return {
    id: "database-storage",
    title: "PostgreSQL: storage",
    tier: TIER,
    meaning: `Without free storage PostgreSQL stops. It grows by itself, up to ${environment.database.maxAllocatedStorageGib} GiB; this alert says that it does not any more.`,
    graphs: [
      { title: "Free storage of PostgreSQL, %", lines: [{ label: "free", query: share }], thresholds },
      {
        title: "Free storage of PostgreSQL",
        lines: [{ label: "free", query: single(free, "byte") }],
        display: "area",
      },
    ],
    alerts: [
      // One hour, because storage autoscaling takes time.
      {
        ...ticket("database-storage-free", "PostgreSQL is running out of storage", share, thresholds),
        over: "max",
        window: "last_1h",
      },
      {
        kind: "forecast",
        id: "database-storage-forecast",
        title: "PostgreSQL will run out of storage within a week",
        severity: "ticket",
        query: single({ ...free, aggregator: "avg" }, "byte"),
        // A forecast is compared with <= or >=: https://docs.datadoghq.com/monitors/types/forecasts/#api (December 2026)
        thresholds: { comparator: "<=", critical: 0, unit: "byte" },
      },
    ],
  };
}

function databaseDisk(environment: Environment): Signal {
  const thresholds = above(environment.datadog.thresholds.databaseDiskSeconds, "second");
  const read = ofPostgres(environment, "avg", "read_latency", "second");
  const write = ofPostgres(environment, "avg", "write_latency", "second");
  return {
    id: "database-disk",
    title: "PostgreSQL: disk latency",
    tier: TIER,
    meaning: "The disk of PostgreSQL answers slowly: it is out of its operations or its throughput.",
    graphs: [
      {
        title: "Disk latency of PostgreSQL",
        lines: [
          { label: "read", query: read },
          { label: "write", query: write },
        ],
        thresholds,
      },
      {
        title: "Disk operations of PostgreSQL",
        lines: [
          { label: "read", query: ofPostgres(environment, "avg", "read_iops", "operation/second") },
          { label: "write", query: ofPostgres(environment, "avg", "write_iops", "operation/second") },
        ],
      },
      // Operations that wait show as latency, which alerts.
      {
        title: "Disk operations that wait",
        lines: [{ label: "waiting", query: ofPostgres(environment, "avg", "disk_queue_depth", "request") }],
      },
    ],
    alerts: [
      ticket("database-disk-read", "PostgreSQL reads slowly", read, thresholds),
      ticket("database-disk-write", "PostgreSQL writes slowly", write, thresholds),
    ],
  };
}

function nat(environment: Environment): Signal {
  const thresholds = above(environment.datadog.thresholds.natDroppedPercent, "percent");
  const series = (metric: string): Series => ({
    aggregator: "sum",
    metric: `aws.natgateway.${metric}`,
    tags: natGateways(environment),
    by: ["name"],
    as: "count",
  });
  const unallocated = single(series("error_port_allocation"), "error");
  const dropped: MetricQuery = {
    series: {
      dropped: series("packets_drop_count"),
      out: series("packets_in_from_source"),
      back: series("packets_in_from_destination"),
    },
    formula: "dropped / (out + back) * 100",
    unit: "percent",
  };
  return {
    id: "nat",
    title: "NAT gateways",
    tier: TIER,
    meaning: "Servers of a zone cannot reach the world, or lose packets on the way.",
    graphs: [
      {
        title: "Connections for which no port was left",
        lines: [{ label: "failed", query: unallocated }],
        display: "bars",
      },
      { title: "Packets dropped, %", lines: [{ label: "dropped", query: dropped }], thresholds },
    ],
    alerts: [
      { ...ticket("nat-ports", "A NAT gateway is out of ports", unallocated, aboveZero("error")), over: "sum" },
      { ...ticket("nat-dropped", "A NAT gateway drops packets", dropped, thresholds), over: "sum" },
    ],
  };
}

function groups(environment: Environment): Signal {
  const { elasticMaximum } = sizing(environment);
  const isElastic = serviceOfAllServers(environment) !== undefined;
  const series = (metric: string, tags: readonly string[], by: readonly string[] = []): Series => ({
    aggregator: "avg",
    metric: `aws.autoscaling.${metric}`,
    tags,
    by,
  });
  const each = ["autoscalinggroupname"];
  const missing: MetricQuery = {
    series: {
      desired: series("group_desired_capacity", allGroups(environment), each),
      serving: series("group_in_service_instances", allGroups(environment), each),
    },
    formula: "desired - serving",
    unit: "host",
  };
  const cannotLaunch: Alert = {
    ...ticket("groups-launch", "A group cannot launch what it should", missing, aboveZero("host")),
    // 30 minutes: a replacement takes up to ten, in which the first launches fail (docs/decisions/0001-fixed-addresses-by-reservation.md).
    over: "min",
    window: "last_30m",
  };
  /** Servers of a group that may grow, and the alert that it is full. */
  const growing = (name: string, maximum: number, title: string, alertTitle: string) => {
    const query = single(series("group_in_service_instances", groupNamed(environment, name)), "host");
    const thresholds: Thresholds = {
      comparator: ">=",
      critical: maximum,
      criticalRecovery: maximum - 1,
      unit: "host",
    };
    const graph: Graph = {
      title,
      lines: [{ label: "in service", query }],
      display: "area",
      ...(maximum === 0 ? {} : { thresholds }),
    };
    return { graph, alert: ticket("groups-maximum", alertTitle, query, thresholds) };
  };
  const elastic = growing(
    "elastic",
    elasticMaximum,
    "Servers of the elastic group",
    "The elastic group is at its maximum",
  );
  const own = servicesWithGroup(environment).map((service) => {
    const { maximum } = service.placement;
    const { graph, alert } = growing(
      service.name,
      maximum,
      `Servers of the group of ${service.name}`,
      "The group is at its maximum",
    );
    const meaning = `The group of ${service.name} may grow to ${maximum}; a group that is full gives no help at the next peak.`;
    return { graph, alert: ofService({ ...alert, meaning }, service) };
  });
  const ofMissing: Graph = {
    title: "Servers wanted and not there, by group",
    lines: [{ label: "missing", query: missing }],
    display: "bars",
  };
  const graphs = own.map(({ graph }) => graph);
  return {
    id: "groups",
    title: "Auto Scaling groups",
    tier: TIER,
    meaning: `${isElastic ? `The elastic group may grow to ${elasticMaximum}; a` : "A"} group that is full, or cannot launch, gives no help at the next peak.`,
    graphs: isElastic ? [elastic.graph, ofMissing, ...graphs] : [ofMissing, ...graphs],
    // With a maximum of 0, the elastic group would always be at its maximum.
    alerts: [cannotLaunch, ...(elasticMaximum === 0 ? [] : [elastic.alert]), ...own.map(({ alert }) => alert)],
  };
}

function ticket(id: string, title: string, query: MetricQuery, thresholds: Thresholds): MetricAlert {
  return { kind: "metric", id, title, severity: "ticket", query, thresholds, over: "avg", window: "last_15m" };
}

function proxySeries(environment: Environment, aggregator: Aggregator, metric: string): Series {
  return { aggregator, metric: `aws.rds.proxy.${metric}`, tags: proxy(environment) };
}

function ofProxy(environment: Environment, aggregator: Aggregator, metric: string, unit: Unit): MetricQuery {
  return single(proxySeries(environment, aggregator, metric), unit);
}

function postgresSeries(environment: Environment, aggregator: Aggregator, metric: string): Series {
  return { aggregator, metric: `aws.rds.${metric}`, tags: postgres(environment) };
}

function ofPostgres(environment: Environment, aggregator: Aggregator, metric: string, unit: Unit): MetricQuery {
  return single(postgresSeries(environment, aggregator, metric), unit);
}
