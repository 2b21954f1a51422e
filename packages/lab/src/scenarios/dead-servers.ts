import { type LoadBalancer, shortened, type TargetGroup } from "../compile/load-balancer";
import { domainOf } from "../compile/model";
import { count } from "../evidence/finding";
import type { Answer } from "../evidence/lab-figures";
import { isHealthyTarget, type Statistics } from "../hosts/load-balancer";
import { eventTimeline } from "../load/event-timeline";
import type { LoadResult } from "../load/generator";
import { crossZoneNames, defaultGroup, type NamedUsers, placedUsers } from "./default-group";
import { failuresIn, lastFailureIn, reasonsIn, type Span } from "./failures";
import { ALIAS_TTL_SECONDS, type LabLoadResult, type PlacedLoad, runLabLoad } from "./lab-load";
import { answer, conditions, type LabScenario, type ScenarioContext } from "./lab-scenario";

export interface Size {
  /** Factor by which all times of the load balancer, and the TTL, are divided. */
  readonly shortened: number;
  /** Users of each kind. */
  readonly users: number;
}

export const FULL: Size = { shortened: 1, users: 60 };
export const QUICK: Size = { shortened: 10, users: 30 };

/** Users who keep their connections, and so stay at a node until `client_keep_alive` is over. */
const KEPT = ["next-address", "keeps-address", "idle"];
const TIMEOUT_SECONDS = 10;
const CALM_SECONDS = 10;

/**
 * The nodes of the load balancer live, and servers are dead: one of a zone, then all of it. In between, all servers of the zone fail their
 * health checks and answer.
 */
export const deadServers = (size: Size): LabScenario => ({
  name: "dead-servers",
  title: `servers are dead behind a load balancer that lives${conditions(size.shortened)}`,
  notices: [
    ...["client_keep_alive", "idle_timeout"].map((argument) => `aws_lb ${argument}`),
    ...["health_check.interval", "health_check.healthy_threshold", "health_check.unhealthy_threshold"].map(
      (argument) => `aws_lb_target_group ${argument}`,
    ),
  ],
  async run(context) {
    const { environment, promised } = context;
    const group = defaultGroup(promised.loadBalancer);
    const zone = environment.nodes[0]?.zone ?? "";
    const plan = planOf(promised.loadBalancer, group, size);
    const groupsOf = (name: string) =>
      promised.loadBalancer.groups.filter(({ targets }) => targets.some((target) => target.name === name)).length;
    // The first one dies alone: one that has a target group of its own name, too.
    const dying = promised.network.hosts
      .filter((host) => host.zone === zone && host.kind === "server")
      .map(({ name }) => name)
      .sort((one, other) => groupsOf(other) - groupsOf(one));
    const balancer = shortened(environment.model.loadBalancer, size.shortened);
    await environment.balance(balancer);
    try {
      const seen = await runPlan(context, balancer, { plan, zone, dying, placed: loadsOf(context, plan, size) });
      return { ...report(seen, { plan, zone, dying, size, group, domain: domainOf(promised) }) };
    } finally {
      for (const name of dying) environment.server(name).passHealthChecks();
      await environment.balance(environment.model.loadBalancer);
      environment.publish(environment.nodes);
    }
  },
});

/** Seconds after the start at which something happens, and the times that the stack promises. */
interface Plan {
  readonly interval: number;
  readonly ttl: number;
  readonly keepAlive: number;
  readonly idle: number;
  /** From the death of a server until no request that is sent later fails. */
  readonly detected: number;
  /** From the return of a server until it is healthy. */
  readonly returned: number;
  readonly one: Span;
  readonly failing: Span;
  readonly all: Span;
  readonly end: number;
}

/** By what the stack promises, also where a negative control runs with something else. */
function planOf({ clientKeepAlive, idleTimeout }: LoadBalancer, { healthCheck }: TargetGroup, size: Size): Plan {
  const scaled = (seconds: number) => seconds / size.shortened;
  const interval = scaled(healthCheck.interval);
  const [ttl, keepAlive, idle] = [ALIAS_TTL_SECONDS, clientKeepAlive, idleTimeout].map(scaled) as [
    number,
    number,
    number,
  ];
  const detected = Math.ceil((healthCheck.unhealthy + 1) * interval);
  const returned = Math.ceil((healthCheck.healthy + 1) * interval);
  const watched = Math.ceil(2 * interval);
  const span = (from: number, seconds: number): Span => ({ from, to: from + detected + Math.ceil(seconds) + watched });
  const one = span(CALM_SECONDS, 0);
  const failing = span(one.to + returned + CALM_SECONDS, 0);
  // Names are kept for their TTL: only then are users at both nodes again.
  const all = span(failing.to + returned + Math.ceil(ttl) + CALM_SECONDS, ttl + keepAlive);
  const end = all.to + returned + CALM_SECONDS;
  return { interval, ttl, keepAlive, idle, detected, returned, one, failing, all, end };
}

/**
 * Users of the domain, whose target group keeps zones apart, and of the names of servers, whose target groups have targets in all zones. Users
 * who keep their connections come until all servers of the zone die, so that connections of every age are open then.
 */
function loadsOf(context: ScenarioContext, plan: Plan, { users }: Size): PlacedLoad[] {
  const common = { seconds: plan.end, timeoutSeconds: TIMEOUT_SECONDS, users, intervalSeconds: 1 };
  const early = { ...common, rampSeconds: 2 };
  const late = { ...common, rampSeconds: plan.all.from };
  const all: NamedUsers[] = [
    { ...late, name: "next-address", client: "next-address" },
    { ...late, name: "keeps-address", client: "keeps-address" },
    { ...late, name: "idle", client: "keeps-address", users: 4, intervalSeconds: 1.3 * plan.idle },
    { ...early, name: "new-connection", client: "new-connection" },
    ...crossZoneNames(context).map((server): NamedUsers => {
      return { ...early, name: "names of servers", client: "next-address", users: Math.ceil(users / 4), server };
    }),
  ];
  return placedUsers(context, all, plan.ttl);
}

/** What a run has seen. */
interface Seen extends LabLoadResult {
  /** Second in which the zone left DNS after all of its servers had died. */
  readonly withdrawn: number | undefined;
  /** Whether the first server was healthy again in time. */
  readonly isBack: boolean;
  /** Requests that the zone's node sent to each target while all failed their health checks. */
  readonly opened: readonly { readonly server: string; readonly requests: number }[];
  /** Connections at the zone's node and at the others before all servers died. */
  readonly connections: { readonly lost: number; readonly others: number };
}

async function runPlan(
  context: ScenarioContext,
  balancer: LoadBalancer,
  {
    plan,
    zone,
    dying,
    placed,
  }: {
    readonly plan: Plan;
    readonly zone: string;
    readonly dying: readonly string[];
    readonly placed: readonly PlacedLoad[];
  },
): Promise<Seen> {
  const { environment } = context;
  const node = environment.nodes.find((each) => each.zone === zone);
  if (node === undefined) throw new Error(`The load balancer has no node in ${zone}`);
  const [first = ""] = dying;
  const group = defaultGroup(balancer);
  let isBack = false;
  let withdrawn: number | undefined;
  let opened: Seen["opened"] = [];
  const each = (action: (name: string) => Promise<void> | void) => async () => {
    await Promise.all(dying.map(async (name) => action(name)));
  };
  const restart = (name: string) => environment.server(name).start();
  const kill = (name: string) => environment.server(name).kill();
  const events = [
    { second: plan.one.from, run: () => kill(first) },
    { second: plan.one.to, run: () => restart(first) },
    {
      second: plan.one.to + plan.returned,
      run: async () => void (isBack = await isHealthyTarget(environment.nodes, first)),
    },
    {
      second: plan.failing.from,
      run: each((name) => {
        environment.server(name).failHealthChecks();
      }),
    },
    {
      second: plan.failing.to,
      run: async () => {
        opened = openedBy(await node.statistics(), group);
        await each((name) => {
          environment.server(name).passHealthChecks();
        })();
      },
    },
    { second: plan.all.from, run: each(kill) },
    { second: plan.all.to, run: each(restart) },
  ];
  let inDns = environment.nodes.map(({ name }) => name).join();
  const load = await runLabLoad(context, placed, events, async (second) => {
    // As AWS's DNS failover; with no healthy zone all stay. How long it takes AWS is not published; here it takes a second.
    const healthy = await Promise.all(environment.nodes.map((one) => one.isInDns(balancer.groups)));
    const published = healthy.includes(true)
      ? environment.nodes.filter((_, index) => healthy[index])
      : environment.nodes;
    const names = published.map(({ name }) => name).join();
    if (names === inDns) return;
    inDns = names;
    environment.publish(published);
    if (second > plan.all.from && !published.includes(node)) withdrawn ??= second;
  });
  return {
    ...load,
    withdrawn,
    isBack,
    opened,
    connections: connectionsAt(load.results, plan.all.from, node.publicAddress),
  };
}

/** Requests by target of the group that gets them while too few targets are healthy. */
function openedBy(statistics: readonly Statistics[], { name }: TargetGroup): Seen["opened"] {
  const rows = statistics.filter(({ backend }) => backend === `${name}-fail-open`);
  return [...new Set(rows.map(({ server }) => server))].map((server) => {
    const own = rows.filter((row) => row.server === server);
    return { server, requests: own.reduce((sum, { requests }) => sum + requests, 0) };
  });
}

/** Connections before a second, at a node and at the others. */
function connectionsAt(results: readonly LoadResult[], second: number, address: string): Seen["connections"] {
  const open = results.flatMap(({ seconds }) => Object.entries(seconds[second - 1]?.open ?? {}));
  const sum = (isLost: boolean) =>
    open.reduce((all, [key, value]) => all + (key.startsWith(`${address}:`) === isLost ? value : 0), 0);
  return { lost: sum(true), others: sum(false) };
}

interface Run {
  readonly plan: Plan;
  readonly zone: string;
  readonly dying: readonly string[];
  readonly size: Size;
  readonly group: TargetGroup;
  readonly domain: string;
}

function report(seen: Seen, { plan, zone, dying, size, group, domain }: Run) {
  const { results, foreignCpu } = seen;
  const named = (...names: readonly string[]) => results.filter(({ name }) => names.includes(name));
  const noted = (text: string) => `${text}${conditions(size.shortened, foreignCpu)}`;
  const answers: Answer[] = [];
  const says = (sentence: string, wrong: readonly string[], measured: string) =>
    answers.push(answer(sentence, wrong, noted(measured)));
  /** Failures after an event: how long it took, and whether that is longer than promised. */
  const after = (who: string, from: readonly LoadResult[], span: Span, longest: number) => {
    const last = lastFailureIn(from, span);
    const failed = failuresIn(from, span);
    const took =
      last === undefined ? "none failed" : `${count(failed)} failed, the last sent ${last - span.from} s later`;
    const isLate = last !== undefined && last - span.from > longest;
    return {
      said: `${who}: ${took} (${Math.ceil(longest)} s allowed)`,
      wrong: isLate
        ? [`${who}: a request sent ${last - span.from} s later failed, ${Math.ceil(longest)} s are allowed`]
        : [],
      failed,
    };
  };
  const { one, failing, all } = plan;
  const oneDied = after("all users", results, one, plan.detected);
  const checks = `${group.healthCheck.unhealthy} health checks and one interval`;
  says(
    `A server dies: no request that is sent later than ${checks} fails.`,
    [...oneDied.wrong, ...(oneDied.failed === 0 ? ["no request met the dead server"] : [])],
    oneDied.said,
  );
  says(
    `A server that is back gets requests after ${group.healthCheck.healthy} health checks.`,
    seen.isBack ? [] : [`${dying[0] ?? ""} was not healthy at every node ${plan.returned} s after its return`],
    `healthy at every node after at most ${plan.returned} s`,
  );
  const withoutRequests = seen.opened.filter(({ requests }) => requests === 0);
  const failedOpen = failuresIn(results, failing);
  says(
    "When all targets of a zone fail their health checks, all of them get requests (fail open).",
    [
      ...(seen.opened.length === 0 ? ["the node has no targets"] : []),
      ...withoutRequests.map(({ server }) => `${server} got none`),
      ...(failedOpen > 0 ? [`${count(failedOpen)} requests failed: ${reasonsIn(results, failing)}`] : []),
    ],
    `${seen.opened.map(({ server, requests }) => `${server} ${count(requests)}`).join(", ")} requests, and none failed`,
  );
  const names = after("names of servers", named("names of servers"), all, plan.detected);
  says(
    `All servers of a zone die: the names of servers go on with the other zone after ${checks}.`,
    [
      ...names.wrong,
      ...(seen.connections.lost === 0 || seen.connections.others === 0 ? ["not all nodes had connections"] : []),
    ],
    names.said,
  );
  const left = Math.ceil(plan.detected + plan.ttl);
  const kinds = [
    after("new-connection", named("new-connection"), all, left),
    ...KEPT.map((kind) => after(kind, named(kind), all, left + Math.ceil(plan.keepAlive))),
  ];
  says(
    `All servers of a zone die: ${domain} leaves the zone's node by DNS failover and its TTL, kept connections by client_keep_alive.`,
    [...kinds.flatMap(({ wrong }) => wrong), ...(seen.withdrawn === undefined ? [`${zone} did not leave DNS`] : [])],
    `out of DNS after ${(seen.withdrawn ?? NaN) - all.from} s; ${kinds.map(({ said }) => said).join("; ")}`,
  );
  const reopened = named("idle").reduce((sum, each) => sum + each.reopened, 0);
  says(
    "The load balancer closes an idle connection of a user at its idle timeout.",
    reopened > 0 ? [] : [`no connection that rested for ${(1.3 * plan.idle).toFixed(0)} s was closed`],
    `${reopened} connections that rested for ${(1.3 * plan.idle).toFixed(0)} s were closed`,
  );
  const calm = [
    { from: 0, to: one.from - 1 },
    { from: one.to, to: failing.from },
    { from: failing.to, to: all.from - 1 },
    { from: all.to + plan.returned, to: plan.end },
  ];
  const between = calm.reduce((sum, span) => sum + failuresIn(results, span), 0);
  says(
    "Otherwise no request fails, also when servers come back.",
    between > 0 ? [`${count(between)} requests failed: ${calm.map((span) => reasonsIn(results, span)).join(" ")}`] : [],
    "none failed",
  );
  return {
    answers,
    figures: {
      shortened: size.shortened,
      ...{
        connections: { ...seen.connections },
        withdrawnAfter: seen.withdrawn === undefined ? null : seen.withdrawn - all.from,
      },
      opened: Object.fromEntries(seen.opened.map(({ server, requests }) => [server, requests])),
    },
    timelines: {
      "dead-servers": eventTimeline(Object.fromEntries(results.map(({ name, seconds }) => [name, seconds])), {
        title: `Servers of ${zone} are dead, its load balancer node lives${conditions(size.shortened)}`,
        foreignCpu,
        marks: [
          { second: one.from, text: "one dead" },
          { second: one.to, text: "it is back" },
          { second: failing.from, text: "checks of all fail" },
          { second: failing.to, text: "they pass" },
          { second: all.from, text: "all dead" },
          { second: all.to, text: "all back" },
        ],
      }),
    },
  };
}
