import { type Environment, servicesWithJobs } from "../../config";
import { jobRunsName, logMetricNames } from "../datadog/log-metric-names";
import type { DashboardPlan } from "./dashboard";

/** Prefixes of metrics with the tags of a server. */
const AGENT_METRICS = ["nginx.", "system.", "network.", "dev_one.tcp."];

/** The three dashboards. */
export function dashboardPlans(environment: Environment): DashboardPlan[] {
  return [application(environment), servers(environment), data()];
}

function application(environment: Environment): DashboardPlan {
  const names = logMetricNames(environment);
  const logMetrics = Object.values(names);
  const ofServers = [...logMetrics, "nginx.net.request_per_s"];
  return {
    tier: "application",
    description: "What clients get: objectives, traffic, answers and latency.",
    variables: [
      { name: "service", prefix: "service", metrics: [...ofServers, jobRunsName(environment)] },
      { name: "zone", prefix: "zone", metrics: ofServers },
      { name: "version", prefix: "version", metrics: [names.requests, names.duration] },
    ],
    withObjectives: true,
    numbers: [
      { signal: "throughput", graph: 0, title: "Requests each second" },
      { signal: "responses", graph: 2, title: "5xx" },
      { signal: "read-latency", graph: 0, line: "p95", title: "Read latency, p95" },
      { signal: "write-latency", graph: 0, line: "p95", title: "Write latency, p95" },
    ],
    sections: [
      { title: "Traffic and answers", colour: "vivid_green", signals: ["throughput", "responses", "unread-log"] },
      { title: "Load balancer", colour: "vivid_orange", signals: ["load-balancer"] },
      { title: "Latency", colour: "vivid_purple", signals: ["latency", "read-latency", "write-latency"] },
      ...(servicesWithJobs(environment).length > 0
        ? [{ title: "Nightly jobs", colour: "vivid_orange", signals: ["jobs"] } as const]
        : []),
    ],
  };
}

function servers(environment: Environment): DashboardPlan {
  const metrics = [...AGENT_METRICS, logMetricNames(environment).outOfConnections];
  return {
    tier: "servers",
    description: "The named servers and the elastic ones: whether they are there, and how full they are.",
    variables: [
      { name: "server", prefix: "server", metrics },
      { name: "zone", prefix: "zone", metrics },
      { name: "service", prefix: "service", metrics },
      { name: "version", prefix: "version", metrics: AGENT_METRICS },
    ],
    numbers: [
      ...environment.zones.map(({ name }) => ({ signal: "uptime", graph: 0, line: name, title: `Servers of ${name}` })),
      { signal: "readiness", graph: 0, title: "Not ready" },
      { signal: "cpu", graph: 1, title: "CPU of all servers" },
      { signal: "connections", graph: 1, title: "Connections" },
    ],
    sections: [
      { title: "Whether they are there", colour: "vivid_green", signals: ["uptime", "readiness"] },
      { title: "How full they are", colour: "vivid_orange", signals: ["cpu", "memory", "disk", "network"] },
      { title: "Connections and sockets", colour: "vivid_purple", signals: ["connections", "nginx", "sockets"] },
    ],
  };
}

function data(): DashboardPlan {
  return {
    tier: "data",
    description: "What only AWS sees, a quarter of an hour late: RDS Proxy, PostgreSQL, NAT gateways, groups.",
    variables: [
      { name: "nat", prefix: "name", metrics: ["aws.natgateway."] },
      { name: "group", prefix: "autoscalinggroupname", metrics: ["aws.autoscaling."] },
    ],
    numbers: [
      { signal: "proxy-availability", graph: 0, title: "RDS Proxy reaches PostgreSQL" },
      { signal: "database-connections", graph: 0, title: "Connections used" },
      { signal: "database-cpu", graph: 0, title: "CPU of PostgreSQL" },
      { signal: "database-storage", graph: 0, title: "Free storage" },
    ],
    sections: [
      {
        title: "RDS Proxy",
        colour: "vivid_green",
        signals: [
          "proxy-availability",
          "proxy-authentication",
          "proxy-borrowing",
          "database-connections",
          "proxy-pinning",
        ],
      },
      {
        title: "PostgreSQL",
        colour: "vivid_purple",
        signals: ["database-cpu", "database-memory", "database-disk", "database-storage", "database-transactions"],
      },
      { title: "NAT gateways and Auto Scaling groups", colour: "vivid_orange", signals: ["nat", "groups"] },
    ],
  };
}
