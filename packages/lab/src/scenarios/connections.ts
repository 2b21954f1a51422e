import { availableParallelism } from "node:os";

import { count, foreignCpuWarning, milliseconds } from "../evidence/finding";
import type { HostTimeline } from "../evidence/timelines";
import type { Host } from "../hosts/environment";
import { addCounts, failuresByReason, latencyPercentile, type Second, totalOf } from "../load/seconds";
import { activeConnections, availableMebibytes } from "../measure/proc";
import { targetsOf } from "./default-group";
import { type PlacedLoad, type PlannedEvent, runLabLoad, type Users, usersOf } from "./lab-load";
import { answer, type LabScenario, type ScenarioContext } from "./lab-scenario";
import { measureMatrix, type Probe, wrongOnes } from "./probe-matrix";

/** Numbers of a run; a quick one has a tenth of the users and shorter times. */
export interface Size {
  readonly users: number;
  /** A held request ends for a moment, so that more users are needed than requests in flight. */
  readonly heldUsers: number;
  readonly heldPerServer: number;
  /** New connections per second over TLS. */
  readonly opensPerSecond: number;
  /** The same for held requests, which cost more CPU: each also passes nginx and the program behind it. */
  readonly heldOpensPerSecond: number;
  readonly intervalSeconds: number;
  /** Length of a held request: below the load balancer's idle timeout. */
  readonly holdSeconds: number;
  readonly plateauSeconds: number;
  /** Requests per second of the first step of the search for the limit, which doubles. */
  readonly firstRate: number;
}

export const FULL: Size = {
  ...{ users: 105_000, heldUsers: 108_000, heldPerServer: 10_000 },
  ...{
    opensPerSecond: 450,
    heldOpensPerSecond: 360,
    intervalSeconds: 50,
    holdSeconds: 55,
    plateauSeconds: 60,
    firstRate: 2_500,
  },
};
export const QUICK: Size = {
  ...{ users: 5_000, heldUsers: 5_000, heldPerServer: 400 },
  ...{
    opensPerSecond: 500,
    heldOpensPerSecond: 500,
    intervalSeconds: 5,
    holdSeconds: 5,
    plateauSeconds: 10,
    firstRate: 500,
  },
};

const EDGE_P99_MS = 50;
const SERVER_P99_MS = 100;
/** Users of the search for the limit, and its length for each rate. */
const LIMIT = { users: 10_000, plateauSeconds: 15, steps: 4 };
/** Seconds between two looks at the servers. */
const LOOK_SECONDS = 5;
const TIMEOUT_SECONDS = 10;

export const connections = (size: Size): LabScenario => ({
  name: "connections",
  title: `${count(size.users)} connections at once`,
  notices: [],
  async run(context) {
    const edge = await keepAlive(context, size, "keep-alive-at-the-edge");
    const held = await holding(context, () => heldRequests(context, size));
    const servers = await atTheServers(context, size);
    const matrix = await matrixUnderLoad(context, size);
    const limit = await searchLimit(context, size);
    const all = [edge, held, servers];
    return {
      answers: [
        answer(
          `The load balancer holds ${count(size.users)} connections of users over TLS.`,
          [...problems(edge, EDGE_P99_MS), ...(edge.held < size.users ? [`only ${count(edge.held)} were open`] : [])],
          `${said(edge)}; it shares its own connections among users: ${edge.fewest} to ${edge.most} at each server`,
        ),
        answer(
          `Each of the servers has ${count(size.heldPerServer)} requests in flight at once.`,
          [
            ...problems(held, Infinity),
            ...(held.fewest < size.heldPerServer ? [`a server had only ${count(held.fewest)}`] : []),
          ],
          `${said(held)}; ${count(held.fewest)} to ${count(held.most)} at each of ${targetsOf(context).length} servers`,
        ),
        answer(
          `The servers alone hold ${count(size.users)} connections.`,
          [
            ...problems(servers, SERVER_P99_MS),
            ...(servers.held < size.users ? [`only ${count(servers.held)} were open`] : []),
          ],
          said(servers),
        ),
        answer(
          "Security groups decide the same under load.",
          [...wrongOnes(matrix.probes), ...problems(matrix.load, Infinity)],
          `${count(matrix.probes.length)} probes in ${matrix.seconds.toFixed(1)} s beside ${count(matrix.rate)} requests/s: all as the rules say`,
        ),
        answer("What limits the load balancer on this machine is measured.", limit.wrong, limit.sentence),
      ],
      figures: {
        limit: limit.steps,
        failed: Object.fromEntries(all.map(({ name, failedBySecond }) => [name, failedBySecond])),
      },
      timelines: Object.fromEntries(all.map(({ name, timeline }) => [name, timeline])),
    };
  },
});

interface Measured {
  readonly name: string;
  readonly requests: number;
  readonly failed: Readonly<Record<string, number>>;
  /** Failed requests by the second in which they were planned, without those that have none. */
  readonly failedBySecond: Readonly<Record<string, number>>;
  /** Fewest connections of users while all were to be held. */
  readonly held: number;
  readonly p50: number | null;
  readonly p99: number | null;
  /** Fewest and most connections of a server meanwhile. */
  readonly fewest: number;
  readonly most: number;
  readonly usedMib: number;
  /** CPU of other programs, and of all, percent of one core. */
  readonly foreignCpu: number;
  readonly cpu: number;
  readonly timeline: HostTimeline;
}

function keepAlive(
  context: ScenarioContext,
  size: Size,
  name: string,
  during?: () => Promise<void>,
): Promise<Measured> {
  const rampSeconds = Math.ceil(size.users / size.opensPerSecond);
  const seconds = rampSeconds + size.plateauSeconds + 2;
  const plan = { name, client: "next-address" as const, rampSeconds, seconds, timeoutSeconds: TIMEOUT_SECONDS };
  const users: Users = { ...plan, users: size.users, intervalSeconds: size.intervalSeconds };
  const events = during === undefined ? [] : [{ second: rampSeconds + 1, run: during }];
  return measure(context, name, usersOf(context, users), events);
}

/** The matrix of all hosts and ports while users send requests at the first rate of the search for the limit. */
async function matrixUnderLoad(context: ScenarioContext, size: Size) {
  const users = Math.min(LIMIT.users, size.users);
  const plan = { ...size, users, intervalSeconds: users / size.firstRate, plateauSeconds: LIMIT.plateauSeconds };
  let probes: readonly Probe[] = [];
  let seconds = 0;
  const load = await keepAlive(context, plan, "matrix-under-load", async () => {
    const began = performance.now();
    probes = await measureMatrix(context);
    seconds = (performance.now() - began) / 1000;
  });
  return { probes, seconds, load, rate: size.firstRate };
}

function heldRequests(context: ScenarioContext, size: Size): Promise<Measured> {
  const rampSeconds = Math.ceil(size.heldUsers / size.heldOpensPerSecond);
  const seconds = rampSeconds + size.plateauSeconds + 2;
  const times = { rampSeconds, seconds, intervalSeconds: 0, waitSeconds: size.holdSeconds };
  const users: Users = {
    ...{ name: "held-requests", users: size.heldUsers, client: "next-address", timeoutSeconds: TIMEOUT_SECONDS },
    ...times,
    path: `/events?wait=${size.holdSeconds}`,
  };
  return measure(context, "held-requests", usersOf(context, users));
}

/** From the load balancer's nodes, which are the only ones that may reach the servers. */
function atTheServers(context: ScenarioContext, size: Size): Promise<Measured> {
  const { environment } = context;
  const rampSeconds = Math.ceil(size.users / (2 * size.opensPerSecond));
  const seconds = rampSeconds + size.plateauSeconds + 2;
  const servers = targetsOf(context);
  const placed = servers.map((server, index): PlacedLoad => {
    const node = environment.nodes.find(({ zone }) => zone === server.zone) ?? environment.nodes[0];
    const times = { rampSeconds, seconds, intervalSeconds: size.intervalSeconds, timeoutSeconds: TIMEOUT_SECONDS };
    return {
      host: environment.host(node?.name ?? ""),
      load: {
        ...{ name: "servers", client: "keeps-address", method: "GET", path: "/", ...times },
        addresses: [`${server.address}:80`],
        host: environment.domain,
        connections: Math.floor((size.users + index) / servers.length),
      },
    };
  });
  return measure(context, "servers-alone", placed);
}

async function measure(
  context: ScenarioContext,
  name: string,
  placed: readonly PlacedLoad[],
  events: readonly PlannedEvent[] = [],
): Promise<Measured> {
  const servers = targetsOf(context);
  const looks: { readonly second: number; readonly connections: readonly number[] }[] = [];
  const before = availableMebibytes();
  let usedMib = 0;
  const { results, foreignCpu, cpu } = await runLabLoad(context, placed, events, async (second) => {
    if (second % LOOK_SECONDS !== 0) return;
    looks.push({ second, connections: await Promise.all(servers.map(connectionsOf)) });
    usedMib = Math.max(usedMib, before - availableMebibytes());
  });
  const [{ load }] = placed as [PlacedLoad];
  const isPlateau = (second: number) => second > load.rampSeconds && second < load.seconds - 1;
  const seconds = results.flatMap((result) => [result.seconds])[0] ?? [];
  const plateau = seconds.filter((_, second) => isPlateau(second));
  const latency = addCounts(plateau.map((second) => second.latency));
  const during = looks.filter(({ second }) => isPlateau(second)).flatMap((look) => look.connections);
  const measured: Measured = {
    name,
    requests: requestsOf(seconds),
    failed: failuresByReason(seconds),
    failedBySecond: Object.fromEntries(
      seconds.flatMap(({ failed }, second) => (totalOf(failed) === 0 ? [] : [[second, totalOf(failed)]])),
    ),
    held: Math.min(...plateau.map(({ open }) => totalOf(open))),
    ...{ p50: latencyPercentile(latency, 50), p99: latencyPercentile(latency, 99) },
    ...{ fewest: Math.min(...during), most: Math.max(...during), usedMib, foreignCpu, cpu },
    timeline: {
      title: `${name.replaceAll("-", " ")}: connections of each server`,
      seconds: looks.map(({ second }) => second),
      marks: [{ second: load.rampSeconds, text: "all users are there" }],
      foreignCpu,
      hosts: servers.map((server, index) => {
        return {
          name: server.name,
          zone: server.zone ?? "",
          connections: looks.map((look) => look.connections[index] ?? 0),
        };
      }),
    },
  };
  context.say(`  ${name}: ${[...problems(measured, Infinity), said(measured)].join("; ")}`);
  return measured;
}

const requestsOf = (seconds: readonly Second[]): number => seconds.reduce((sum, { planned }) => sum + planned, 0);

/** Connections of a server, as its nginx counts them, without the one that asks. */
async function connectionsOf(server: Host): Promise<number> {
  const { stdout } = await server.run(["curl", "--silent", "--max-time", "4", "http://127.0.0.1:8081/nginx_status"]);
  return (activeConnections(stdout) ?? 1) - 1;
}

function problems({ failed, p99 }: Measured, longestMs: number): string[] {
  return [
    ...Object.entries(failed).map(([reason, number]) => `${count(number)} requests failed: ${reason}`),
    ...(p99 === null ? ["no request succeeded"] : []),
    ...((p99 ?? 0) > longestMs ? [`p99 ${milliseconds(p99)} instead of at most ${longestMs} ms`] : []),
  ];
}

function said({ held, requests, failed: reasons, p50, p99, usedMib, foreignCpu }: Measured): string {
  const warning = foreignCpuWarning(foreignCpu, availableParallelism());
  const failed = totalOf(reasons) === 0 ? " without an error" : "";
  const figures = `${count(held)} connections held, ${count(requests)} requests${failed}, p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`;
  // Other programs would count as memory of the connections.
  return warning === undefined
    ? `${figures}, ${Math.round((usedMib * 1024) / held)} KiB each on this machine`
    : `${figures} (${warning})`;
}

/** Puts a program that holds requests behind nginx of every server while an action runs. */
async function holding<T>(context: ScenarioContext, action: () => Promise<T>): Promise<T> {
  const { environment } = context;
  const stops: (() => Promise<void>)[] = [];
  try {
    for (const { name } of targetsOf(context)) {
      stops.push(await environment.server(name).holdRequests(environment.options.root));
    }
    return await action();
  } finally {
    await Promise.all(stops.map((stop) => stop()));
  }
}

/** Doubles the rate of requests until one fails or the latency is above the promise, and says what was used up then. */
async function searchLimit(context: ScenarioContext, size: Size) {
  const steps: { rate: number; p99: number | null; failed: number; cpuPercent: number; freeMib: number }[] = [];
  let isReached = false;
  for (let step = 0; step < LIMIT.steps && !isReached; step += 1) {
    const rate = size.firstRate * 2 ** step;
    const users = Math.min(LIMIT.users, size.users);
    const plan = { ...size, users, intervalSeconds: users / rate, plateauSeconds: LIMIT.plateauSeconds };
    const run = await keepAlive(context, plan, "limit");
    const cpuPercent = Math.round(run.cpu / availableParallelism());
    const freeMib = Math.round(availableMebibytes());
    steps.push({ rate, p99: run.p99, failed: totalOf(run.failed), cpuPercent, freeMib });
    isReached = problems(run, EDGE_P99_MS).length > 0;
  }
  const last = steps.at(-1);
  const good = isReached ? steps.at(-2) : last;
  const figures = `${count(last?.rate ?? 0)} requests/s: p99 ${milliseconds(last?.p99 ?? null)}, ${count(last?.failed ?? 0)} failed, CPU ${last?.cpuPercent ?? 0} % busy, ${count(last?.freeMib ?? 0)} MiB of memory free`;
  return {
    steps,
    wrong: good === undefined ? [`not even the first step was within ${EDGE_P99_MS} ms: ${figures}`] : [],
    sentence: `${count(good?.rate ?? 0)} requests/s within ${EDGE_P99_MS} ms${isReached ? "; not" : "; the last step was"} ${figures}`,
  };
}
