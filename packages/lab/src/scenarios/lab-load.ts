import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Program } from "@dev-one/service/processes";

import type { Host } from "../hosts/environment";
import { PUBLIC_RESOLVER } from "../hosts/topology";
import { Generator, type Load, type LoadResult } from "../load/generator";
import { goProgram } from "../load/program";
import { ForeignCpu } from "../measure/proc";
import type { ScenarioContext } from "./lab-scenario";

/** A load, and the host that it comes from. */
export interface PlacedLoad {
  readonly host: Host;
  readonly load: Load;
}

export interface LabLoadResult {
  readonly results: readonly LoadResult[];
  /** CPU of other programs meanwhile, percent of one core. */
  readonly foreignCpu: number;
  /** CPU of all programs together, percent of one core. */
  readonly cpu: number;
}

/** Something that happens at a second after the start. */
export interface PlannedEvent {
  readonly second: number;
  readonly run: () => Promise<void> | void;
}

/** Connections of one process of the generator: a process may have 20,000 open files. */
const MOST_CONNECTIONS = 17_500;
/** Milliseconds in which the processes of the generator start. */
const LEAD_MS = 2_000;
/** Source addresses of one process: one address has too few ports towards one destination. */
const SOURCES = 8;
/** Seconds for which AWS answers for an alias. */
export const ALIAS_TTL_SECONDS = 60;

let runs = 0;

/** Runs loads from their hosts, with events at their seconds, and calls `sample` once a second. */
export async function runLabLoad(
  { environment, signal, say }: ScenarioContext,
  placed: readonly PlacedLoad[],
  events: readonly PlannedEvent[] = [],
  sample: (second: number) => Promise<void> = () => Promise.resolve(),
): Promise<LabLoadResult> {
  const program = await goProgram(environment.options.root, "generator", signal);
  const directory = join(environment.scratch, `load-${(runs += 1)}`);
  mkdirSync(directory);
  const start = Date.now() + LEAD_MS;
  const hosts = new Map(placed.map(({ load, host }) => [load, host]));
  const launch = (name: string, command: readonly string[], load: Load): Program => {
    const host = hosts.get(load);
    if (host === undefined) throw new Error(`No host was chosen for ${name}`);
    return host.start(`${name}-${runs}`, command);
  };
  const generator = new Generator(
    { directory, program, start, launch },
    placed.map(({ load }) => load),
  );
  const foreign = new ForeignCpu();
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const until = (second: number) => delay(Math.max(0, start + second * 1000 - Date.now()), true, { signal: both });
  const watching = (async () => {
    for (let second = 1; ; second += 1) {
      await until(second);
      foreign.sample();
      await sample(second);
      if (second % 10 === 0) say(`  ${second} s of ${Math.max(...placed.map(({ load }) => load.seconds))} s`);
    }
  })();
  const happening = Promise.all(
    events.map(async ({ second, run }) => {
      await until(second);
      await run();
    }),
  );
  try {
    // An event or a sample that fails ends the run.
    const failure = Promise.all([watching, happening]).then(() => new Promise<never>(() => undefined));
    await Promise.race([generator.finish(signal), failure]);
    await happening;
  } finally {
    ended.abort();
    await Promise.allSettled([watching, happening]);
  }
  const percent = foreign.percentOfCore();
  return { results: generator.results(), foreignCpu: percent.foreign, cpu: percent.all };
}

export interface Users {
  readonly name: string;
  readonly users: number;
  readonly client: Load["client"];
  readonly rampSeconds: number;
  readonly seconds: number;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly path?: string;
  readonly waitSeconds?: number;
}

/** Users on the internet who ask for the public name over TLS, spread over the clients of the lab. */
export function usersOf({ environment }: ScenarioContext, users: Users, firstProcess = 0): PlacedLoad[] {
  const { clients } = environment.options;
  const { users: all, path = "/", ...plan } = users;
  const processes = Math.max(Math.ceil(all / MOST_CONNECTIONS), Math.min(clients, all));
  return Array.from({ length: processes }, (_, index): PlacedLoad => {
    // Each process of a client has source addresses of its own.
    const turn = Math.floor((firstProcess + index) / clients);
    const number = ((firstProcess + index) % clients) + 1;
    const sources = Array.from({ length: SOURCES }, (_, source) => `198.18.${number}.${1 + SOURCES * turn + source}`);
    return {
      host: environment.client(number),
      load: {
        ...plan,
        connections: Math.floor((all + index) / processes),
        resolver: `${PUBLIC_RESOLVER}:53`,
        ttlSeconds: ALIAS_TTL_SECONDS,
        host: environment.domain,
        port: 443,
        tls: { caFile: environment.caFile },
        method: "GET",
        path,
        sourceAddresses: sources,
      },
    };
  });
}
