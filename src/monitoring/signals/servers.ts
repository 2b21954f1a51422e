import { type Environment, servicesOf, sizing } from "../../config";
import type { MetricQuery, Series } from "../datadog/metric-query";
import { allGroups, EACH_SERVER, fleet } from "../datadog/tag-filters";
import { above, aboveZero, below, type Thresholds } from "../datadog/thresholds";
import { perServer, TIER } from "./per-server";
import { concurrentConnections, network, sockets } from "./server-network";
import { disk, nginx } from "./server-resources";
import { ofEachService, ofService } from "./service-alerts";
import type { Alert, Graph, Signal } from "./signal";

/** Uptime below which a server counts as rebooted. */
const REBOOTED_SECONDS = 600;
/** Seconds in which a new server boots, installs packages and warms up, with a reserve. */
const BOOT_SECONDS = 900;

/** Signals about the servers, from the metrics of their agents. */
export function serverSignals(environment: Environment): Signal[] {
  return [
    concurrentConnections(environment),
    network(environment),
    cpu(environment),
    memory(environment),
    disk(environment),
    uptime(environment),
    sockets(environment),
    nginx(environment),
    readiness(environment),
  ];
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
    meaning: `Servers are added at ${environment.scaling.scaleOutCpuPercent} %; CPU that stays this high for ten minutes was not relieved by scaling.`,
    graphs: [
      { title: "CPU of each server, %", lines: [{ label: "busy", query: ofEach }], thresholds },
      { title: "CPU of all servers, %", lines: [{ label: "busy", query: busy(idle) }], thresholds, display: "area" },
    ],
    alerts: ofEachService(environment, () => [
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
    ]),
  };
}

function memory(environment: Environment): Signal {
  // The metric is named "pct", but its unit is a fraction.
  const thresholds = below(environment.datadog.thresholds.memoryUsablePercent, "percent", "fraction");
  const usable = { aggregator: "avg", metric: "system.mem.pct_usable", tags: fleet(environment) } as const;
  const query = perServer(usable, "fraction");
  return {
    id: "memory",
    title: "Memory",
    tier: TIER,
    meaning: "A server without memory to give kills its largest program, which is the service.",
    graphs: [{ title: "Usable memory of each server", lines: [{ label: "usable", query }], thresholds }],
    alerts: ofEachService(environment, () => [
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
    ]),
  };
}

function uptime(environment: Environment): Signal {
  const { namedPerZone } = sizing(environment);
  const running = { aggregator: "min", metric: "system.uptime", tags: fleet(environment) } as const;
  const zones = environment.zones.map(({ name }) => ({ zone: name, ...reporting(environment, name) }));
  const [first, ...others] = zones.map(({ zone, query }) => ({ label: zone, query }));
  if (first === undefined) throw new RangeError(`${environment.name} has no zones`);
  const groups = reportingOfServices(environment);
  const withoutAgent: MetricQuery = {
    series: {
      running: {
        aggregator: "sum",
        metric: "aws.autoscaling.group_in_service_instances",
        tags: allGroups(environment),
      },
      reporting: { ...running, by: ["host"] },
    },
    formula: "running - count_not_null(reporting)",
    unit: "host",
  };
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
      {
        title: "Servers in service without an agent",
        lines: [{ label: "without", query: withoutAgent }],
        display: "bars",
      },
      ...groups.map(({ graph }) => graph),
    ],
    alerts: [
      {
        kind: "metric",
        id: "uptime-rebooted",
        title: "A server rebooted",
        severity: "notice",
        recovery: `Running for ${REBOOTED_SECONDS / 60} minutes`,
        query: perServer(running, "second"),
        thresholds: { comparator: "<", critical: REBOOTED_SECONDS, unit: "second" },
        over: "max",
        window: "last_5m",
        // A new server has a low uptime, too.
        newGroupDelay: BOOT_SECONDS,
      },
      {
        kind: "check",
        id: "uptime-agent",
        title: "A named server does not report",
        severity: "notice",
        check: "datadog.agent.up",
        tags: [...fleet(environment), "fleet:named"],
        // Not by host, because a replaced instance has another host name and must report as the same server.
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
      })),
      ...groups.map(({ alert }) => alert),
      {
        kind: "metric",
        id: "uptime-without-agent",
        title: "Servers run without an agent",
        severity: "ticket",
        meaning: "Auto Scaling groups have servers in service that do not report: what happens on them is not seen.",
        query: withoutAgent,
        thresholds: aboveZero("host"),
        // A server is in service minutes before its agent runs, and a roll-out always has one.
        over: "min",
        window: "last_2h",
      },
    ],
  };
}

/** The number of named servers of a zone that report, 0 included, and its thresholds. */
function reporting(environment: Environment, zone: string): { query: MetricQuery; thresholds: Thresholds } {
  const { namedPerZone } = sizing(environment);
  return {
    query: countOf([...fleet(environment), "fleet:named", `zone:${zone}`]),
    // The same threshold as that of the load balancer, which removes the zone from DNS below half of the servers.
    thresholds: { ...belowHalf(namedPerZone), ...(namedPerZone > 1 ? { warning: namedPerZone } : {}) },
  };
}

/**
 * The servers of each service with a group or names of its own that report: a graph, and an alert below half of them. Other signals
 * have no data when all of its servers are gone, and a zone alerts only below half of all its named servers.
 */
function reportingOfServices(environment: Environment): { graph: Graph; alert: Alert }[] {
  return servicesOf(environment).flatMap((service) => {
    const { name, placement } = service;
    if (placement.kind === "all-servers") return [];
    const isGroup = placement.kind === "own-group";
    const least = isGroup ? placement.minimum : placement.names.length * environment.zones.length;
    const thresholds = belowHalf(least);
    const tags = [...fleet(environment), isGroup ? "fleet:own-group" : "fleet:named"];
    // Each zone has a server of the same name.
    const by = isGroup ? ["server"] : ["server", "zone"];
    const graph: Graph = {
      title: `Servers of ${name} that report`,
      lines: [{ label: name, query: countOf([...tags, `service:${name}`], by) }],
      thresholds,
    };
    const alert: Alert = {
      kind: "metric",
      id: "uptime-group",
      title: "Servers are gone",
      severity: "page",
      meaning: `${name} has ${isGroup ? "at least " : ""}${least} servers, and fewer than half of them report.`,
      query: countOf(tags, by),
      thresholds,
      over: "avg",
      window: "last_5m",
    };
    return [{ graph, alert: ofService(alert, service) }];
  });
}

/**
 * The number of servers that report. `default_zero` fills the minutes without a server of a window that still has data of others, so that the
 * average falls below half before the window is empty: three of five minutes after the last value. Then the status stays.
 * @see https://docs.datadoghq.com/dashboards/functions/interpolation/#default-zero (December 2026)
 */
function countOf(tags: readonly string[], by: readonly string[] = ["server"]): MetricQuery {
  return {
    series: { server: { aggregator: "avg", metric: "system.uptime", tags, by } },
    formula: "default_zero(count_not_null(server))",
    unit: "host",
  };
}

/** Alerts below half of the servers, and recovers at one more than half. */
function belowHalf(servers: number): Thresholds {
  const half = servers / 2;
  return { comparator: "<", critical: half, criticalRecovery: Math.min(Math.floor(half) + 1, servers), unit: "host" };
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
    alerts: ofEachService(environment, () => [
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
    ]),
  };
}
