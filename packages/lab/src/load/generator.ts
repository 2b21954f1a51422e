import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { sum } from "../evidence/statistics";
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
      rmSync(log, { force: true });
      return { load, log, name: `h2load-${index}`, command: h2loadCommand(load, log) };
    });
    this.commands = planned.map(({ command }) => command.join(" "));
    this.running = planned.map(({ load, log, name, command }) => {
      return { load, log, program: processes.start({ name, command, directory }) };
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
    const parts = this.running.map(({ load, log, program }) => {
      const requests = existsSync(log) ? readLog(readFileSync(log, "utf8")) : [];
      const succeeded = parseSucceeded(program.printed()) ?? requests.filter((each) => !isError(each)).length;
      return { name: load.name, total: load.connections * load.requestsEach, succeeded, log: requests };
    });
    return [...new Set(parts.map(({ name }) => name))].map((name) => {
      const same = parts.filter((part) => part.name === name);
      return {
        name,
        total: sum(same.map(({ total }) => total)),
        succeeded: sum(same.map(({ succeeded }) => succeeded)),
        log: same.flatMap(({ log }) => log),
      };
    });
  }
}
