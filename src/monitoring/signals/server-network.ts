import { type Environment, instanceType } from "../../config";
import { logMetricNames } from "../datadog/log-metric-names";
import { type MetricQuery, single } from "../datadog/metric-query";
import { EACH_SERVER, fleet, loadBalancer } from "../datadog/tag-filters";
import { above, aboveZero } from "../datadog/thresholds";
import { perServer, TIER } from "./per-server";
import type { Alert, Signal } from "./signal";

/** Concurrent connections of the servers, and those that nginx drops or refuses. */
export function concurrentConnections(environment: Environment): Signal {
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
    // CloudWatch counts the same connections again each minute, so a sum over ten minutes would be ten times too high.
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
        // nginx closes idle connections before it drops any, and only its error log reports that.
        query: exhausted,
        thresholds: aboveZero("error"),
        over: "sum",
        window: "last_10m",
      },
    ],
  };
}

/** Network throughput of the servers, as a share of the baseline bandwidth of the instance type. */
export function network(environment: Environment): Signal {
  const { networkBaselineMbps } = instanceType(environment.servers.instanceType);
  const bits = networkBaselineMbps * 1e6;
  // The metric has a value for each network device, and their sum is the server's. The agent excludes loopback (network.d/conf.yaml).
  const utilisation = (metric: string): MetricQuery => ({
    series: { bytes: { aggregator: "sum", metric, tags: fleet(environment), by: EACH_SERVER } },
    formula: `bytes * 8 / ${bits} * 100`,
    unit: "percent",
  });
  const received = utilisation("system.net.bytes_rcvd");
  const sent = utilisation("system.net.bytes_sent");
  const thresholds = above(environment.datadog.thresholds.networkPercent, "percent");
  // The bandwidth of an instance type holds for inbound and for outbound traffic at the same time, so each has its own alert:
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

/** TCP sockets of the servers by state. */
export function sockets(environment: Environment): Signal {
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
