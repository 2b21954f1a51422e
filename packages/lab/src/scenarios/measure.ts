import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import type { Run, Samples } from "../evidence";
import { Generator } from "../load/generator";
import type { Load } from "../load/h2load";
import { timeline } from "../load/log";
import { type Share, split } from "../load/split";
import { AgentCheck, CHECK } from "../measure/agent-check";
import { meanOf, minimumOf, plateauOf, within } from "../measure/plateau";
import { allProcesses, networkCounters, openFilesLimit, proportionalMebibytes, treeOf } from "../measure/proc";
import { findReasons } from "../measure/reasons";
import { Sampler } from "../measure/sampler";
import { finding } from "../report/headline";
import type { Nginx } from "../server/nginx";
import type { Place } from "../server/place";
import type { Service } from "../server/service";
import type { Plan } from "./plan";
import { withoutPaths, type Workplace } from "./workplace";

/** The server under load. */
export interface Server {
  readonly place: Place;
  readonly nginx: Nginx;
  /** Whether the server has a status page. */
  readonly hasStatus: boolean;
  readonly service?: Service;
  readonly databasePid?: number;
}

/** Open files of a generator process other than its connections. */
const GENERATOR_FILES = 100;

export function shares(workplace: Workplace, connections: number, first = 1): Share[] {
  const perProcess = workplace.openFiles - GENERATOR_FILES;
  return split(connections, { perProcess, ports: workplace.dialPorts }, first);
}

/** Loads a server as planned, and samples server, kernel and generator during the load. */
export async function measure(workplace: Workplace, plan: Plan, server: Server): Promise<Run> {
  const { processes, signal, programs, openFiles, say } = workplace;
  const { place, nginx, service } = server;
  const nginxPids = treeOf(nginx.pid, allProcesses()).map(({ pid }) => pid);
  const nginxEmptyMib = proportionalMebibytes(nginxPids);
  const serviceEmptyMib = service === undefined ? null : proportionalMebibytes([service.pid]);
  const check = startCheck(workplace, place);
  const before = readCounters();
  // Lines written before the load are not reasons for failures of the load.
  const written = { nginx: nginx.errorLog().length, service: service?.printed().length ?? 0 };
  const start = Date.now();
  const generator = new Generator({
    processes,
    h2load: programs.h2load,
    directory: place.directory,
    loads: loadsOf(workplace, plan, place),
    openFiles,
  });
  const groups = {
    nginx: [nginx.pid],
    service: service === undefined ? [] : [service.pid],
    database: server.databasePid === undefined ? [] : [server.databasePid],
    generator: generator.pids,
  };
  const sampler = new Sampler({
    ss: programs.ss,
    port: place.port,
    statusUrl: server.hasStatus ? `http://127.0.0.1:${place.statusPort}/nginx_status` : undefined,
    groups: () => groups,
    takeCheck: () => check?.take() ?? null,
    start,
    onSample: ({ established, seconds }) => {
      say(`${Math.round(seconds)} s of about ${plan.totalSeconds} s: ${established.toLocaleString("en")} connections`);
    },
  });
  sampler.begin();
  try {
    await generator.finish(plan.totalSeconds, signal);
  } finally {
    await sampler.end();
    await check?.stop();
  }
  const results = generator.results();
  const reasons = findReasons({
    nginx: nginx.errorLog().slice(written.nginx),
    generator: generator.printed(),
    statuses: sumOf(results.map(({ log }) => log.otherStatuses)),
    service: service?.printed().slice(written.service) ?? "",
    before,
    after: readCounters(),
  });
  return summarize(plan, {
    start,
    samples: sampler.samples,
    results,
    commands: generator.commands.map(withoutPaths(workplace)),
    reasons,
    nginxEmptyMib,
    serviceEmptyMib,
    openFiles: openFilesLimit(readFileSync(`/proc/${nginxPids.at(-1) ?? nginx.pid}/limits`, "utf8")),
  });
}

interface Seen extends Pick<
  Run,
  "samples" | "commands" | "reasons" | "nginxEmptyMib" | "serviceEmptyMib" | "openFiles"
> {
  readonly start: number;
  readonly results: ReturnType<Generator["results"]>;
}

function summarize(plan: Plan, { start, results, ...seen }: Seen): Run {
  const { scenario, connections, waitSeconds, intervalSeconds } = plan;
  const plateau = plateauOf(plan, seen.samples);
  const requests = results.map(({ name, total, succeeded, log }) => ({
    name,
    total,
    succeeded,
    errors: total - succeeded,
    ...timeline(log, { start, plateau, waitSeconds }),
  }));
  const answered = requests.flatMap(({ perSecond }) =>
    perSecond.requests.filter((_, second) => second >= plateau.from && second < plateau.to),
  );
  const errors = requests.reduce((sum, each) => sum + each.errors, 0);
  const held = minimumOf(seen.samples.established, within(seen.samples, plateau)) ?? 0;
  const figures = {
    scenario,
    connections,
    plateau,
    waitSeconds,
    requestsPerSecondAsked: intervalSeconds === 0 ? 1 / waitSeconds : 1 / intervalSeconds,
    held,
    requestsPerSecond: Math.round(answered.reduce((sum, each) => sum + each, 0) / (plateau.to - plateau.from)),
    errors,
    requests,
    ...seen,
    reasons: errors === 0 && held >= connections ? [] : [...seen.reasons, ...lateness(connections, held, errors)],
    means: means(seen.samples, within(seen.samples, plateau)),
  };
  return { ...figures, finding: finding(figures) };
}

/** Not all connections were open although none failed: a generator without enough CPU opens them late. */
function lateness(connections: number, held: number, errors: number): string[] {
  if (errors > 0 || held >= connections) return [];
  return [`generator: late, with ${held.toLocaleString("en")} connections open when all were to be`];
}

function means(samples: Samples, indexes: readonly number[]): Run["means"] {
  const mean = (name: Exclude<keyof Samples, "seconds">): number | null => meanOf(samples[name], indexes);
  return {
    nginxMib: mean("nginxMib"),
    serviceMib: mean("serviceMib"),
    kernelMib: mean("kernelMib"),
    nginxCpu: mean("nginxCpu"),
    serviceCpu: mean("serviceCpu"),
    databaseCpu: mean("databaseCpu"),
    generatorCpu: mean("generatorCpu"),
    measuringCpu: mean("measuringCpu"),
    otherCpu: mean("otherCpu"),
  };
}

/** The loads for each kind of request, split over as many processes as necessary. */
function loadsOf(workplace: Workplace, plan: Plan, place: Place): Load[] {
  let left = plan.connections;
  return plan.requests.flatMap(({ name, share, path, body }, index) => {
    const isLast = index === plan.requests.length - 1;
    const connections = isLast ? left : Math.round(plan.connections * share);
    left -= connections;
    const file = body === undefined ? undefined : join(place.directory, `${name}.body`);
    if (file !== undefined && body !== undefined) writeFileSync(file, body);
    return shares(workplace, connections).map((part, number) => ({
      name,
      address: place.addresses[number] ?? part.address,
      port: place.port,
      connections: part.connections,
      connectionsPerSecond: part.connections / plan.rampSeconds,
      requestsEach: plan.requestsEach,
      requestsPerSecond: plan.intervalSeconds === 0 ? undefined : 1 / plan.intervalSeconds,
      path,
      ...(file === undefined ? {} : { body: file }),
    }));
  });
}

function startCheck({ processes, root, shipped, openFiles, scratch }: Workplace, place: Place): AgentCheck | undefined {
  if (!shipped.has(CHECK)) return undefined;
  const directory = join(scratch, "agent");
  shipped.write(dirname(CHECK), directory);
  const file = join(directory, basename(CHECK));
  return AgentCheck.start({ processes, root, directory: place.directory, file, openFiles });
}

function sumOf(counts: readonly ReadonlyMap<number, number>[]): ReadonlyMap<number, number> {
  const sum = new Map<number, number>();
  for (const [status, count] of counts.flatMap((each) => [...each])) sum.set(status, (sum.get(status) ?? 0) + count);
  return sum;
}

function readCounters(): ReadonlyMap<string, number> {
  return networkCounters(readFileSync("/proc/net/netstat", "utf8"));
}
