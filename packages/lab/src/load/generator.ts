import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Processes } from "@dev-one/service/processes";

import { sum } from "../evidence/statistics";
import { h2loadCommand, type Load } from "./h2load";
import { type LoggedRequest, readLog } from "./log";

/** Result of one kind of request, over all generator processes that send it. */
export interface LoadResult {
  readonly name: string;
  /** Number of planned requests. */
  readonly total: number;
  readonly log: readonly LoggedRequest[];
}

/** Seconds by which the generator may exceed its planned duration. */
const GRACE_SECONDS = 20;

/** The processes of the load generator, one for each load, with a log of its requests. */
export class Generator {
  private readonly running;

  constructor(processes: Processes, directory: string, loads: readonly Load[]) {
    this.running = loads.map((load, index) => {
      const log = join(directory, `h2load-${index}.log`);
      const command = h2loadCommand(load, log);
      return { load, log, command, program: processes.start({ name: `h2load-${index}`, command, directory }) };
    });
  }

  get commands(): string[] {
    return this.running.map(({ command }) => command.join(" "));
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

  results(): LoadResult[] {
    return [...new Set(this.running.map(({ load }) => load.name))].map((name) => {
      const ofName = this.running.filter(({ load }) => load.name === name);
      return {
        name,
        total: sum(ofName.map(({ load }) => load.connections * load.requestsEach)),
        log: ofName.flatMap(({ log }) => (existsSync(log) ? readLog(readFileSync(log, "utf8")) : [])),
      };
    });
  }
}
