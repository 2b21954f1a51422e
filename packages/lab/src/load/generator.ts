import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Processes, Program } from "../machine/processes";
import { h2loadCommand, type Load, parseSucceeded } from "./h2load";
import { isError, type LoggedRequest, readLog } from "./log";

/** Result of one kind of request, over all generator processes that send it. */
export interface LoadResult {
  readonly name: string;
  readonly total: number;
  readonly succeeded: number;
  readonly log: readonly LoggedRequest[];
}

/** Seconds by which the generator may exceed its planned duration. */
const GRACE_SECONDS = 20;

/** The processes of the load generator, one for each load. */
export class Generator {
  private readonly running: { readonly load: Load; readonly log: string; readonly program: Program }[];
  readonly commands: readonly string[];

  constructor(processes: Processes, directory: string, loads: readonly Load[]) {
    const planned = loads.map((load, index) => {
      const log = join(directory, `h2load-${index}.log`);
      return { load, log, name: `h2load-${index}`, command: h2loadCommand(load, log) };
    });
    for (const { log } of planned) rmSync(log, { force: true });
    this.commands = planned.map(({ command }) => command.join(" "));
    this.running = planned.map(({ load, log, ...program }) => {
      return { load, log, program: processes.start({ ...program, directory }) };
    });
  }

  get pids(): number[] {
    return this.running.map(({ program }) => program.pid);
  }

  printed(): string {
    return this.running.map(({ program }) => program.printed()).join("\n");
  }

  /** Waits until all processes exit, and stops them when they exceed the planned time by far. */
  async finish(seconds: number, signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const timeout = { signal: AbortSignal.any([signal, waiting.signal]) };
    await Promise.race([
      Promise.all(this.running.map(({ program }) => program.ended)),
      delay((seconds + GRACE_SECONDS) * 1000, undefined, timeout).catch(() => undefined),
    ]);
    waiting.abort();
    await Promise.all(this.running.map(({ program }) => program.stop()));
    signal.throwIfAborted();
  }

  /** Results by kind of request. For a process that was stopped before it printed its summary, its log is used. */
  results(): LoadResult[] {
    const results = new Map<string, LoadResult>();
    for (const { load, log: file, program } of this.running) {
      const log = existsSync(file) ? readLog(readFileSync(file, "utf8")) : [];
      const before = results.get(load.name) ?? { name: load.name, total: 0, succeeded: 0, log: [] };
      results.set(load.name, {
        name: load.name,
        total: before.total + load.connections * load.requestsEach,
        succeeded:
          before.succeeded + (parseSucceeded(program.printed()) ?? log.filter((each) => !isError(each)).length),
        log: [...before.log, ...log],
      });
    }
    return [...results.values()];
  }
}
