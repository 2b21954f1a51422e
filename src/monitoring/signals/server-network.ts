import { type Environment, instanceType, type PlacedService, servicesOf } from "../../config";
import { logMetricNames } from "../datadog/log-metric-names";
import { type MetricQuery, single } from "../datadog/metric-query";
import { EACH_SERVER, fleet, loadBalancer } from "../datadog/tag-filters";
import { above, aboveZero } from "../datadog/thresholds";
import { perServer, TIER } from "./per-server";
import { ofEachService } from "./service-alerts";
import type { Alert, Graph, Signal } from "./signal";

/** Concurrent connections of the servers, and those that nginx drops or refuses. */
export function concurrentConnections(environment: Environment): Signal {
  const { warning, critical } = environment.datadog.thresholds.connectionsPercent;
  const sizeOf = ({ placement }: PlacedService) =>
    placement.kind === "own-group" ? placement.connectionsPerServer : environment.servers.connectionsPerServer;
  const thresholdsOf = (size: number) =>
    above({ warning: (size * warning) / 100, critical: (size * critical) / 100 }, "connection");
  const [size = NaN, ...otherSizes] = new Set(servicesOf(environment).map(sizeOf));
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
    meaning: sized(environment.servers.connectionsPerServer),
    graphs: [
      {
        title: "Connections of each server",
        lines: [{ label: "connections", query: perServer(active, "connection") }],
        // Servers of different sizes have different thresholds.
        ...(otherSizes.length === 0 ? { thresholds: thresholdsOf(size) } : {}),
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
    alerts: ofEachService(environment, (service) => [
      {
        kind: "metric",
        id: "connections-server",
        title: "A server has many connections",
        severity: "notice",
        meaning: sized(sizeOf(service)),
        query: perServer(active, "connection"),
        thresholds: thresholdsOf(sizeOf(service)),
        over: "avg",
        window: "last_10m",
      },
      {
        kind: "metric",
        id: "connections-fleet",
        title: "All servers together are nearly full of connections",
        severity: "page",
        meaning: sized(sizeOf(service)),
        query: single(active, "connection"),
        thresholds: thresholdsOf(sizeOf(service)),
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
    ]),
  };
}

function sized(connections: number): string {
  return `A server is sized for ${connections} connections; above that it slows down, then refuses.`;
}

/** Network throughput of the servers, as a share of the baseline bandwidth of their instance type. */
export function network(environment: Environment): Signal {
  const thresholds = above(environment.datadog.thresholds.networkPercent, "percent");
  const typeOf = ({ placement }: PlacedService) =>
    placement.kind === "own-group" ? placement.instanceType : environment.servers.instanceType;
  const types = [...new Set(servicesOf(environment).map(typeOf))];
  // Graphs of several instance types show the servers of one each.
  const [first, ...others] = types.map((type): Graph => {
    const own = servicesOf(environment).filter((service) => typeOf(service) === type);
    const tags = types.length === 1 ? [] : [`service IN (${own.map(({ name }) => name).join(", ")})`];
    const { received, sent } = utilisation(environment, type, tags);
    return {
      title: types.length === 1 ? "Network of each server, % of the baseline" : `Network, % of the baseline of ${type}`,
      lines: [
        { label: "received", query: received, palette: "cool" },
        { label: "sent", query: sent, palette: "warm" },
      ],
      thresholds,
    };
  });
  if (first === undefined) throw new RangeError(`${environment.name} has no services`);
  // The bandwidth of an instance type holds for inbound and for outbound traffic at the same time, so each has its own alert:
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-network-bandwidth.html
  const alert = (service: PlacedService, direction: "received" | "sent", title: string): Alert => ({
    kind: "metric",
    id: `network-${direction}`,
    title,
    severity: "notice",
    meaning: bandwidth(typeOf(service)),
    query: utilisation(environment, typeOf(service))[direction],
    thresholds,
    over: "avg",
    window: "last_10m",
  });
  return {
    id: "network",
    title: "Network utilisation",
    tier: TIER,
    meaning: bandwidth(environment.servers.instanceType),
    graphs: [first, ...others],
    alerts: ofEachService(environment, (service) => [
      alert(service, "received", "A server receives close to its bandwidth"),
      alert(service, "sent", "A server sends close to its bandwidth"),
    ]),
  };
}

function bandwidth(type: string): string {
  return `${type} carries ${instanceType(type).networkBaselineMbps} Mbit/s in each direction for long; above that packets wait, then drop.`;
}

/** Received and sent bits of each server, percent of the baseline of the instance type. */
function utilisation(environment: Environment, type: string, tags: readonly string[] = []) {
  const bits = instanceType(type).networkBaselineMbps * 1e6;
  // The metric has a value for each network device, and their sum is the server's. The agent excludes loopback (network.d/conf.yaml).
  const share = (metric: string): MetricQuery => ({
    series: { bytes: { aggregator: "sum", metric, tags: [...fleet(environment), ...tags], by: EACH_SERVER } },
    formula: `bytes * 8 / ${bits} * 100`,
    unit: "percent",
  });
  return { received: share("system.net.bytes_rcvd"), sent: share("system.net.bytes_sent") };
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
    alerts: ofEachService(environment, () => [
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
    ]),
  };
}
