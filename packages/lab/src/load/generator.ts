import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { UserError } from "@dev-one/cli/user-error";
import type { Program } from "@dev-one/service/processes";

import { merge, type Second } from "./seconds";

/** What one process of the generator does; `generator/main.go` describes every field. */
export interface Load {
  /** Kind of request such as `reads`; the results of processes with the same name are added. */
  readonly name: string;
  /** "ip:port" of the destinations; without them `host` is resolved. */
  readonly addresses?: readonly string[];
  readonly resolver?: string;
  readonly ttlSeconds?: number;
  readonly host: string;
  readonly port?: number;
  readonly tls?: { readonly caFile: string };
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly connections: number;
  readonly rampSeconds: number;
  readonly seconds: number;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly waitSeconds?: number;
  readonly client: "next-address" | "keeps-address" | "new-connection";
  readonly sourceAddresses?: readonly string[];
}

/** Result of one kind of request, over all processes that send it. */
export interface LoadResult {
  readonly name: string;
  /** Connections that the server closed while no request was in flight, and that were opened again. */
  readonly reopened: number;
  /** By second after the start. */
  readonly seconds: readonly Second[];
}

export interface GeneratorOptions {
  /** Directory of plans and results. */
  readonly directory: string;
  /** File of the compiled generator. */
  readonly program: string;
  /** Start of second 0, in milliseconds of the system clock. */
  readonly start: number;
  /** Starts a process under a name, here or in a network namespace. */
  readonly launch: (name: string, command: readonly string[], load: Load) => Program;
}

/** Seconds by which a process may exceed its planned end. */
const GRACE_SECONDS = 20;

/** The processes of the load generator, one for each load. */
export class Generator {
  private readonly running;

  constructor({ directory, program, start, launch }: GeneratorOptions, loads: readonly Load[]) {
    this.running = loads.map((load, index) => {
      const name = `generator-${index}`;
      const [plan, output] = ["plan", "result"].map((kind) => join(directory, `${name}.${kind}.json`)) as [
        string,
        string,
      ];
      writeFileSync(plan, JSON.stringify({ ...load, startMillis: start, output }));
      return { load, output, program: launch(name, [program, plan], load) };
    });
  }

  /** One command for each load, with its plan as JSON. */
  get commands(): string[] {
    return this.running.map(({ load }) => `generator '${JSON.stringify(load)}'`);
  }

  get pids(): number[] {
    return this.running.map(({ program }) => program.pid);
  }

  /** Waits until all processes exit, and stops them when they exceed their time. @throws UserError when one fails */
  async finish(signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const longest = Math.max(
      ...this.running.map(({ load }) => load.seconds + load.timeoutSeconds + (load.waitSeconds ?? 0)),
    );
    await Promise.race([
      Promise.all(this.running.map(({ program }) => program.ended)),
      delay((longest + GRACE_SECONDS) * 1000, undefined, {
        signal: AbortSignal.any([signal, waiting.signal]),
      }).catch(() => undefined),
    ]);
    waiting.abort();
    await Promise.all(this.running.map(({ program }) => program.stop()));
    signal.throwIfAborted();
    const failed = this.running.find(({ output }) => !existsSync(output));
    if (failed !== undefined) throw failed.program.failure("The load generator has no result");
  }

  results(): LoadResult[] {
    return [...new Set(this.running.map(({ load }) => load.name))].map((name) => {
      const all = this.running.filter(({ load }) => load.name === name).map(({ output }) => readResult(output));
      return {
        name,
        reopened: all.reduce((total, { reopened }) => total + reopened, 0),
        seconds: merge(all.map(({ seconds }) => seconds)),
      };
    });
  }
}

function readResult(file: string): LoadResult {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LoadResult;
  } catch {
    throw new UserError(`${file} is no result of the load generator, which was ended while it wrote.`);
  }
}
