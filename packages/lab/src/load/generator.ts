import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { InterruptedError } from "@dev-one/cli/user-error";

import type { Processes, Program } from "../processes";
import { h2loadCommand, type Load, parseSummary } from "./h2load";
import { emptyLog, readLog, type RequestLog } from "./log";

/** Result of one kind of request, over all generator processes that send it. */
export interface LoadResult {
  readonly name: string;
  readonly total: number;
  readonly succeeded: number;
  readonly log: RequestLog;
}

/** Seconds by which the generator may exceed its planned duration. */
const GRACE_SECONDS = 20;

/** The processes of the load generator, one for each load. */
export class Generator {
  private readonly running: { readonly load: Load; readonly log: string; readonly program: Program }[];
  readonly commands: readonly string[];

  constructor(options: {
    readonly processes: Processes;
    readonly h2load: string;
    readonly directory: string;
    readonly loads: readonly Load[];
    readonly openFiles: number;
  }) {
    const { processes, h2load, directory, loads, openFiles } = options;
    const planned = loads.map((load, index) => {
      const log = join(directory, `h2load-${index}.log`);
      rmSync(log, { force: true });
      return { load, log, name: `h2load-${index}`, command: h2loadCommand(h2load, load, log) };
    });
    this.commands = planned.map(({ command: [, ...args] }) => ["h2load", ...args].join(" "));
    this.running = planned.map(({ load, log, name, command }) => ({
      load,
      log,
      program: processes.start({ name, command, directory, openFiles }),
    }));
  }

  get pids(): number[] {
    return this.running.map(({ program }) => program.pid);
  }

  printed(): string {
    return this.running.map(({ program }) => program.printed()).join("\n");
  }

  /** Waits until all processes exit, and stops them when they exceed the planned time by far. @throws InterruptedError */
  async finish(seconds: number, signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    await Promise.race([
      Promise.all(this.running.map(({ program }) => program.ended)),
      delay((seconds + GRACE_SECONDS) * 1000, undefined, {
        signal: AbortSignal.any([signal, waiting.signal]),
      }).catch(() => undefined),
    ]);
    waiting.abort();
    await this.stop();
    if (signal.aborted) throw new InterruptedError();
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map(({ program }) => program.stop()));
  }

  /** Results by kind of request. For a process that was stopped before it printed its summary, its log is used. */
  results(): LoadResult[] {
    const results = new Map<string, { total: number; succeeded: number; log: RequestLog }>();
    for (const { load, log, program } of this.running) {
      const result = results.get(load.name) ?? {
        total: 0,
        succeeded: 0,
        log: emptyLog(),
      };
      results.set(load.name, result);
      const before = result.log.ends.length;
      if (existsSync(log)) readLog(readFileSync(log, "utf8"), result.log);
      const logged = result.log.isError.slice(before).filter((isError) => !isError).length;
      result.total += load.connections * load.requestsEach;
      result.succeeded += parseSummary(program.printed())?.succeeded ?? logged;
    }
    return [...results].map(([name, result]) => ({ name, ...result }));
  }
}
