import { max, mean, min } from "../arithmetic";
import { shareBelow } from "../evaluator/percentiles";
import { type Component, withTag } from "../simulation";
import type { Moment, ServerLoad } from "./clients";
import { areAbout, calm, type Conditions, noise } from "./conditions";
import type { Pool } from "./design";
import { conditionsOf } from "./fleet";
import { cpuPercent } from "./server-metrics";

/** Share of requests that fail on a usual day. */
const USUAL_FAILURES = 0.0002;
/** Share of requests that need the database, and what they take, seconds, until they fail without it. */
const NEEDS_DATABASE = 0.6;
const TIMEOUT_SECONDS = 5;
const CATEGORIES = { ok: 0.93, notice: 0.03, warning: 0.04 } as const;
const OPERATIONS = [
  { metric: "http.read.duration", share: 0.8, median: 0.045 },
  { metric: "http.write.duration", share: 0.2, median: 0.11 },
] as const;
const SPREAD = 0.6;
const NANOSECONDS = 1e9;
/** Requests of health checks and of the agent, which nginx counts and does not log. */
const CHECKS_A_SECOND = 0.6;
/** How much traffic varies from minute to minute, as a share of it. */
const VARIATION = 0.03;

/** The requests of a minute. */
export interface Requests {
  /** Requests that servers answered, by zone, and those that failed. */
  readonly byZone: ReadonlyMap<string, { readonly count: number; readonly failed: number }>;
  /** Distributions of the target response time, seconds, for its 95th percentile. */
  readonly durations: readonly Component[];
}

/**
 * The requests that nginx counts, and the metrics that Datadog derives from the access logs of servers. For other weeks only the numbers of requests are known.
 * @param usual demand of other weeks at a minute
 */
export function sendAccessLog(moment: Moment, usual: (minute: number) => number): Requests {
  const all = moment.design.pools.flatMap((pool) => sendLogOf(pool, moment, usual));
  const byZone = new Map<string, { count: number; failed: number }>();
  for (const { zone, count, failed } of all) {
    const known = byZone.get(zone) ?? { count: 0, failed: 0 };
    byZone.set(zone, { count: known.count + count, failed: known.failed + failed });
  }
  const total = all.reduce((sum, { count }) => sum + count, 0);
  const durations = all.flatMap(({ count, durations: own }) =>
    own.map((component) => ({ ...component, count: component.count * (count / total) })),
  );
  return { byZone, durations };
}

/** The requests to one service, by zone. */
function sendLogOf(pool: Pool, moment: Moment, usual: (minute: number) => number) {
  const { telemetry, minute, design, load, conditions } = moment;
  const { service } = pool;
  const metric = (name: string) => `dev_one.${design.environment.name.replaceAll("-", "_")}.${name}`;
  const databaseUp = conditions.databaseUp || !service.database;
  const failing = areAbout(conditions, service.name) ? conditions.failing : calm.failing;
  const failingShare = min(1, USUAL_FAILURES + failing + (databaseUp ? 0 : NEEDS_DATABASE));
  const all = load.servers.filter(({ server }) => server.service === service.name);
  const operations = durationsOf(pool, all, { ...conditions, databaseUp });
  const durations = operations.flatMap(({ components }) => components);
  return design.zones.flatMap((zone) => {
    const servers = all.filter(({ server }) => server.zone === zone);
    const varied = 1 + VARIATION * noise(minute, zone.length, zone.charCodeAt(zone.length - 1));
    const requestsTo = (some: readonly ServerLoad[]) =>
      some.reduce((sum, each) => sum + each.connections, 0) * pool.requestsPerConnection * varied;
    for (const each of servers.filter(({ server }) => isCounted(server, conditions))) {
      const counted = requestsTo([each]) / 60 + CHECKS_A_SECOND;
      telemetry.value(
        "nginx.net.request_per_s",
        withTag(each.server.tags, "fleet", each.server.fleet),
        minute,
        counted,
      );
    }
    const count = requestsTo(servers);
    if (count === 0) return [];
    const answered = [{ zone, count, failed: count * failingShare, durations }];
    const logging = servers.filter(({ server }) => {
      const { agentRuns, logsArrive } = conditionsOf(server, conditions);
      return agentRuns && logsArrive;
    });
    const lines = conditions.expectsProgram ? requestsTo(logging) : 0;
    if (lines === 0) return answered;
    const tags = withTag(withTag(design.tags, "service", service.name), "zone", zone);
    const { unreadLines } = conditions;
    if (unreadLines > 0) telemetry.value(metric("http.unread_lines"), tags, minute, lines * unreadLines);
    const seen = lines * (1 - unreadLines);
    const capacity = pool.capacity / design.zones.length;
    const before = (past: number) =>
      capacity * usual(past) * pool.requestsPerConnection * (1 + VARIATION * noise(past, zone.length));
    const timed = seen * (1 - conditions.held);
    const fast = shareBelow(durations, service.objectives.latencySeconds);
    const fastName = `http.fast_requests${service.placement.kind === "all-servers" ? "" : `.${service.name.replaceAll("-", "_")}`}`;
    const shares = (Object.keys(CATEGORIES) as (keyof typeof CATEGORIES)[]).map((category) => {
      const share = CATEGORIES[category];
      const answered =
        category === "warning" ? share + conditions.refused * (1 - share) : share * (1 - conditions.refused);
      return [category, answered * (1 - failingShare)] as const;
    });
    for (const [category, share] of [...shares, ["error", failingShare] as const]) {
      const answers = withTag(tags, "status_category", category);
      const usualShare = category === "error" ? USUAL_FAILURES : CATEGORIES[category] * (1 - USUAL_FAILURES);
      const past = (each: number) => before(each) * usualShare;
      telemetry.value(metric("http.requests"), answers, minute, seen * share, past);
      telemetry.value(metric("http.timed_requests"), answers, minute, timed * share, past);
      telemetry.value(metric(fastName), answers, minute, timed * share * fast, past);
    }
    const sent = (components: readonly Component[]) =>
      components.map((each) => ({ ...each, count: each.count * timed, median: each.median * NANOSECONDS }));
    for (const operation of operations) {
      telemetry.distribution(metric(operation.metric), tags, minute, sent(operation.components));
    }
    telemetry.distribution(metric("http.duration"), tags, minute, sent(durations));
    return answered;
  });
}

/** Whether the agent of a server reads nginx's count of requests. */
function isCounted(server: ServerLoad["server"], conditions: Conditions): boolean {
  const { agentRuns, nginxAnswers } = conditionsOf(server, conditions);
  return agentRuns && nginxAnswers;
}

/** Shares of the requests to these servers, with their durations in seconds. */
function durationsOf(pool: Pool, servers: readonly ServerLoad[], conditions: Conditions) {
  const cpu = servers.map((each) => cpuPercent(each, conditions));
  const busiest = max(...cpu, 0);
  const average = cpu.length === 0 ? 0 : mean(cpu);
  const connections = pool.capacity * conditions.demand * conditions.arriving;
  const full = connections / max(1, cpu.length) / pool.connectionsPerServer;
  // Above 90 % of its CPU, or of the connections that it is sized for, a server delays requests.
  const waiting = 1 + max(0, average - 90) / 3 + 4 * max(0, full - 1) + (busiest > 98 ? 0.2 : 0);
  const database = pool.service.database ? 1 + max(0, conditions.databaseWork - 1.5) + conditions.diskSeconds * 30 : 1;
  return OPERATIONS.map(({ metric, share, median }) => {
    const served: Component = {
      count: share * (conditions.databaseUp ? 1 : 1 - NEEDS_DATABASE),
      median: median * conditions.slowness * waiting * database,
      spread: SPREAD,
    };
    const failed: Component = { count: share * NEEDS_DATABASE, median: TIMEOUT_SECONDS, spread: 0.1 };
    return { metric, components: conditions.databaseUp ? [served] : [served, failed] };
  });
}
