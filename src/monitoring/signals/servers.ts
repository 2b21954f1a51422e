import { type Environment, instanceType, sizing } from "../../config";
import { logMetricNames } from "../log-metric-names";
import { type MetricQuery, type Series, single } from "../metric-query";
import type { Alert, Signal } from "../signal";
import { EACH_SERVER, fleet, loadBalancer } from "../tag-filters";
import { above, aboveZero, below, type Thresholds } from "../thresholds";

const TIER = "servers" as const;

/** Seconds after a start within which a server counts as rebooted. */
const YOUNG_SECONDS = 600;
/** Seconds in which a new server boots, installs and warms up, generously. */
const BOOT_SECONDS = 900;

/** What the agents on the servers see of the servers. */
export function serverSignals(environment: Environment): Signal[] {
  return [
    concurrentConnections(environment),
    network(environment),
    cpu(environment),
    memory(environment),
    uptime(environment),
    sockets(environment),
    readiness(environment),
  ];
}

function concurrentConnections(environment: Environment): Signal {
  const { connectionsPerServer } = environment.servers;
  const { warning, critical } = environment.datadog.thresholds.connectionsPercent;
  const connections = (percent: number) => (connectionsPerServer * percent) / 100;
  const thresholds = above({ warning: connections(warning), critical: connections(critical) }, "connection");
  const active = { aggregator: "avg", metric: "nginx.net.connections", tags: fleet(environment) } as const;
  const dropped = { aggregator: "sum", metric: "nginx.net.conn_dropped_per_s", tags: fleet(environment) } as const;
  const exhausted = perServer(
    { aggregator: "sum", metric: logMetricNames(environment).outOfConnections, tags: fleet(environment), as: "count" },
    "error",
  );
  const atLoadBalancer = {
    aggregator: "sum",
    metric: "aws.applicationelb.active_connection_count",
    tags: loadBalancer(environment),
    // CloudWatch counts anew each minute: a sum over ten of them would be ten times as many.
    as: "average",
  } as const;
  return {
    id: "connections",
    title: "Concurrent connections",
    tier: TIER,
    meaning: `A server is sized for ${connectionsPerServer} connections; above that it slows down, then refuses.`,
    graphs: [
      {
        title: "Connections of each server",
        lines: [{ label: "connections", query: perServer(active, "connection") }],
        thresholds,
      },
      {
        title: "Connections: servers, load balancer",
        lines: [
          { label: "servers", query: single({ ...active, aggregator: "sum" }, "connection") },
          { label: "balancer, both sides", query: single(atLoadBalancer, "connection") },
        ],
      },
      {
        title: "Connections dropped, each second",
        lines: [{ label: "dropped", query: perServer(dropped, "connection/second") }],
        display: "bars",
      },
      {
        title: "Out of connections, lines of nginx's log",
        lines: [{ label: "not enough", query: exhausted }],
        display: "bars",
      },
    ],
    alerts: [
      {
        kind: "metric",
        id: "connections-server",
        title: "A server has many connections",
        severity: "notice",
        query: perServer(active, "connection"),
        thresholds,
        over: "avg",
        window: "last_10m",
      },
      {
        kind: "metric",
        id: "connections-fleet",
        title: "All servers together are nearly full of connections",
        severity: "page",
        query: single(active, "connection"),
        thresholds,
        over: "avg",
        window: "last_10m",
      },
      {
        kind: "metric",
        id: "connections-dropped",
        title: "A server drops connections",
        severity: "ticket",
        query: perServer(dropped, "connection/second"),
        thresholds: aboveZero("connection/second"),
        over: "avg",
        window: "last_10m",
      },
      {
        kind: "metric",
        id: "connections-exhausted",
        title: "A server has no connection left to give",
        severity: "ticket",
        // nginx closes idle connections first, and drops none as long as there are some: only its log says so.
        query: exhausted,
        thresholds: aboveZero("error"),
        over: "sum",
        window: "last_10m",
      },
    ],
  };
}

function network(environment: Environment): Signal {
  const { networkBaselineMbps } = instanceType(environment.servers.instanceType);
  const bits = networkBaselineMbps * 1e6;
  // A metric for each device; a server's devices add up. The agent leaves loopback out (network.d/conf.yaml).
  const utilisation = (metric: string): MetricQuery => ({
    series: { bytes: { aggregator: "sum", metric, tags: fleet(environment), by: EACH_SERVER } },
    formula: `bytes * 8 / ${bits} * 100`,
    unit: "percent",
  });
  const received = utilisation("system.net.bytes_rcvd");
  const sent = utilisation("system.net.bytes_sent");
  const thresholds = above(environment.datadog.thresholds.networkPercent, "percent");
  // AWS's bandwidth is for inbound and, at the same time, for outbound traffic, so each direction is compared by itself:
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-network-bandwidth.html
  const alert = (direction: "received" | "sent", title: string, query: MetricQuery): Alert => ({
    kind: "metric",
    id: `network-${direction}`,
    title,
    severity: "notice",
    query,
    thresholds,
    over: "avg",
    window: "last_10m",
  });
  return {
    id: "network",
    title: "Network utilisation",
    tier: TIER,
    meaning: `${environment.servers.instanceType} carries ${networkBaselineMbps} Mbit/s in each direction for long; above that packets wait, then drop.`,
    graphs: [
      {
        title: "Network of each server, % of the baseline",
        lines: [
          { label: "received", query: received, palette: "cool" },
          { label: "sent", query: sent, palette: "warm" },
        ],
        thresholds,
      },
    ],
    alerts: [
      alert("received", "A server receives close to its bandwidth", received),
      alert("sent", "A server sends close to its bandwidth", sent),
    ],
  };
}

function cpu(environment: Environment): Signal {
  const thresholds = above(environment.datadog.thresholds.cpuPercent, "percent");
  const idle = { aggregator: "avg", metric: "system.cpu.idle", tags: fleet(environment) } as const;
  const busy = (series: Series): MetricQuery => ({ series: { idle: series }, formula: "100 - idle", unit: "percent" });
  const ofEach = busy({ ...idle, by: EACH_SERVER });
  return {
    id: "cpu",
    title: "CPU",
    tier: TIER,
    meaning: `Servers are added at ${environment.scaling.scaleOutCpuPercent} %; whoever is this busy for ten minutes got no help from scaling.`,
    graphs: [
      { title: "CPU of each server, %", lines: [{ label: "busy", query: ofEach }], thresholds },
      { title: "CPU of all servers, %", lines: [{ label: "busy", query: busy(idle) }], thresholds, display: "area" },
    ],
    alerts: [
      {
        kind: "metric",
        id: "cpu-server",
        title: "CPU of a server is high",
        severity: "notice",
        query: ofEach,
        thresholds,
        over: "avg",
        window: "last_10m",
      },
      {
        kind: "metric",
        id: "cpu-fleet",
        title: "CPU of all servers together is high",
        severity: "page",
        query: busy(idle),
        thresholds,
        over: "avg",
        window: "last_10m",
      },
    ],
  };
}

function memory(environment: Environment): Signal {
  // Datadog calls it "pct" and means a fraction.
  const thresholds = below(environment.datadog.thresholds.memoryUsablePercent, "percent", "fraction");
  const usable = { aggregator: "avg", metric: "system.mem.pct_usable", tags: fleet(environment) } as const;
  const query = perServer(usable, "fraction");
  return {
    id: "memory",
    title: "Memory",
    tier: TIER,
    meaning: "A server without memory to give kills its largest program, which is the service.",
    graphs: [{ title: "Usable memory of each server", lines: [{ label: "usable", query }], thresholds }],
    alerts: [
      {
        kind: "metric",
        id: "memory-server",
        title: "A server is running out of memory",
        severity: "ticket",
        query,
        thresholds,
        over: "avg",
        window: "last_10m",
      },
    ],
  };
}

function uptime(environment: Environment): Signal {
  const { namedPerZone } = sizing(environment);
  const running = { aggregator: "min", metric: "system.uptime", tags: fleet(environment) } as const;
  const zones = environment.zones.map(({ name }) => ({ zone: name, ...reporting(environment, name) }));
  const [first, ...others] = zones.map(({ zone, query }) => ({ label: zone, query }));
  if (first === undefined) throw new RangeError(`${environment.name} has no zones`);
  return {
    id: "uptime",
    title: "Uptime",
    tier: TIER,
    meaning: `Every zone runs ${namedPerZone} named servers; below half of them, the zone leaves DNS and the others carry its clients.`,
    graphs: [
      {
        title: "Named servers that report, by zone",
        lines: [first, ...others],
        thresholds: reporting(environment, first.label).thresholds,
      },
      {
        title: "Time since each server started",
        lines: [{ label: "uptime", query: perServer(running, "second") }],
      },
    ],
    alerts: [
      {
        kind: "metric",
        id: "uptime-rebooted",
        title: "A server rebooted",
        severity: "notice",
        query: perServer(running, "second"),
        thresholds: { comparator: "<", critical: YOUNG_SECONDS, unit: "second" },
        over: "max",
        window: "last_5m",
        // A new server is young, too, and no news.
        newGroupDelay: BOOT_SECONDS,
      },
      {
        kind: "check",
        id: "uptime-agent",
        title: "A named server does not report",
        severity: "notice",
        check: "datadog.agent.up",
        tags: [...fleet(environment), "fleet:named"],
        // Not by host: whatever instance is api-1 of zone-1 now, it must report.
        by: ["server", "zone"],
        warning: 1,
        critical: 1,
        noDataMinutes: 15,
      },
      ...zones.map(({ zone, query, thresholds }): Alert => ({
        kind: "metric",
        id: `uptime-${zone}`,
        title: `Servers of ${zone} are gone`,
        severity: "page",
        query,
        thresholds,
        over: "avg",
        window: "last_5m",
        noDataMinutes: 10,
      })),
    ],
  };
}

/** How many of a zone's named servers report, zero included, and from when on that is a zone lost. */
function reporting(environment: Environment, zone: string): { query: MetricQuery; thresholds: Thresholds } {
  const { namedPerZone } = sizing(environment);
  const half = namedPerZone / 2;
  const tags = [...fleet(environment), "fleet:named", `zone:${zone}`];
  return {
    query: {
      series: { server: { aggregator: "avg", metric: "system.uptime", tags, by: ["server"] } },
      formula: "default_zero(count_not_null(server))",
      unit: "host",
    },
    // As the load balancer sees it: below half of the servers, the zone leaves DNS. One more than half ends it.
    thresholds: {
      comparator: "<",
      critical: half,
      criticalRecovery: Math.min(Math.floor(half) + 1, namedPerZone),
      unit: "host",
      ...(namedPerZone > 1 ? { warning: namedPerZone } : {}),
    },
  };
}

function sockets(environment: Environment): Signal {
  const thresholds = above(environment.datadog.thresholds.closeWaitSockets, "connection");
  const all = { aggregator: "avg", metric: "dev_one.tcp.connections", tags: fleet(environment) } as const;
  const leaking = perServer({ ...all, tags: [...all.tags, "state:close_wait"] }, "connection");
  return {
    id: "sockets",
    title: "TCP sockets by state (custom agent check)",
    tier: TIER,
    meaning:
      "A socket in CLOSE_WAIT was left by its client and not closed by the application: many of them are a leak.",
    graphs: [
      { title: "Sockets in CLOSE_WAIT", lines: [{ label: "close_wait", query: leaking }], thresholds },
      {
        title: "Sockets of all servers, by state",
        lines: [{ label: "sockets", query: single({ ...all, aggregator: "sum", by: ["state"] }, "connection") }],
        display: "area",
      },
    ],
    alerts: [
      {
        kind: "metric",
        id: "sockets-close-wait",
        title: "The application leaks sockets",
        severity: "ticket",
        query: leaking,
        thresholds,
        over: "min",
        window: "last_10m",
      },
      {
        kind: "check",
        id: "sockets-check",
        title: "The agent check cannot read the sockets of a server",
        severity: "notice",
        check: "dev_one.tcp.can_read",
        tags: fleet(environment),
        by: EACH_SERVER,
        warning: 2,
        critical: 4,
      },
    ],
  };
}

function readiness(environment: Environment): Signal {
  const tags = [...fleet(environment), "instance:readyz"];
  const failing: MetricQuery = {
    series: { failing: { aggregator: "avg", metric: "network.http.cant_connect", tags } },
    formula: "failing * 100",
    unit: "percent",
  };
  const thresholds = above(environment.datadog.thresholds.notReadyPercent, "percent");
  const ofEach = perServer({ aggregator: "max", metric: "network.http.cant_connect", tags }, "fraction");
  return {
    id: "readiness",
    title: "Readiness",
    tier: TIER,
    meaning: "A server that is not ready serves, but cannot do its work: mostly it does not reach the database.",
    graphs: [
      { title: "Servers that are not ready, %", lines: [{ label: "not ready", query: failing }], thresholds },
      { title: "Not ready, by server", lines: [{ label: "not ready", query: ofEach }], display: "bars" },
    ],
    alerts: [
      {
        kind: "check",
        id: "readiness-server",
        title: "A server is not ready",
        severity: "notice",
        check: "http.can_connect",
        tags,
        by: EACH_SERVER,
        warning: 2,
        critical: 4,
      },
      {
        kind: "metric",
        id: "readiness-fleet",
        title: "Many servers are not ready",
        severity: "page",
        query: failing,
        thresholds,
        over: "avg",
        window: "last_5m",
      },
    ],
  };
}

/** A metric for each server. */
function perServer(series: Series, unit: MetricQuery["unit"]): MetricQuery {
  return single({ ...series, by: EACH_SERVER }, unit);
}
