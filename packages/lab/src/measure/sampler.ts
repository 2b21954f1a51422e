import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { execa } from "execa";

import type { Samples } from "../evidence";
import {
  allProcesses,
  bufferMebibytes,
  busyTicks,
  mebibytes,
  type ProcessFacts,
  proportionalMebibytes,
  treeOf,
} from "./proc";
import { countSockets } from "./sockets";
import { activeConnections } from "./stub-status";

const GROUPS = ["nginx", "service", "database", "generator", "measuring"] as const;
type Group = (typeof GROUPS)[number];

/** The processes of a run by role, each with its descendants. */
export type Groups = Readonly<Record<Exclude<Group, "measuring">, readonly number[]>>;

export interface SamplerOptions {
  readonly ss: string;
  readonly port: number;
  /** URL of nginx's status page; undefined if nginx has none. */
  readonly statusUrl: string | undefined;
  readonly groups: () => Groups;
  /** Returns the latest count of established sockets of the custom check, each count once. */
  readonly takeCheck: () => number | null;
  /** Time of second 0, in milliseconds of the system clock. */
  readonly start: number;
  readonly onSample: (line: { readonly established: number; readonly seconds: number }) => void;
}

const TICKS_PER_SECOND = 100; // USER_HZ is 100 on every Linux that Node.js supports
const STATUS_TIMEOUT_MS = 900;

/** Samples nginx, the kernel, and the memory and CPU of all processes of the run once per second. */
export class Sampler {
  readonly samples: Samples = emptySamples();
  private readonly controller = new AbortController();
  private readonly kernelBefore = kernelMebibytes();
  private last = { time: performance.now(), ticks: new Map<string, number>() };
  private finished: Promise<void> = Promise.resolve();

  constructor(private readonly options: SamplerOptions) {}

  begin(): void {
    this.last = { time: performance.now(), ticks: this.ticks(allProcesses()) };
    this.finished = this.loop();
  }

  async end(): Promise<Samples> {
    this.controller.abort();
    await this.finished;
    return this.samples;
  }

  private async loop(): Promise<void> {
    const { signal } = this.controller;
    const isOver = (): boolean => signal.aborted;
    for (let second = 1; !isOver(); second += 1) {
      const wait = this.options.start + second * 1000 - Date.now();
      if (wait < -500) continue; // too late: this second is skipped
      await delay(Math.max(0, wait), undefined, { signal }).catch(() => undefined);
      if (!isOver()) await this.sample();
    }
  }

  private async sample(): Promise<void> {
    const { ss, port, start, groups, takeCheck, onSample } = this.options;
    const seconds = Math.round((Date.now() - start) / 100) / 10;
    const [active, { stdout }] = await Promise.all([
      this.askNginx(),
      execa(ss, ["-Htan"], { reject: false, stdin: "ignore", maxBuffer: 200_000_000 }),
    ]);
    const counts = countSockets(stdout, port);
    const established = counts.server.get("ESTAB") ?? 0;
    const processes = allProcesses();
    const cpu = this.cpu(processes);
    const { samples } = this;
    samples.seconds.push(seconds);
    samples.active.push(active);
    samples.established.push(established);
    samples.establishedEverywhere.push(counts.establishedEverywhere);
    samples.check.push(takeCheck());
    samples.nginxMib.push(memory(groups().nginx, processes));
    samples.serviceMib.push(memory(groups().service, processes));
    samples.kernelMib.push(rounded(kernelMebibytes() - this.kernelBefore));
    samples.buffersMib.push(rounded(bufferMebibytes(readFileSync("/proc/net/sockstat", "utf8"))));
    for (const name of [...GROUPS, "other"] as const) samples[`${name}Cpu`].push(rounded(cpu.get(name) ?? null));
    onSample({ established, seconds });
  }

  private async askNginx(): Promise<number | null> {
    const { statusUrl } = this.options;
    if (statusUrl === undefined) return null;
    try {
      // Opens a new connection for each request, because nginx would close an idle keep-alive connection.
      const answer = await fetch(statusUrl, {
        headers: { connection: "close" },
        signal: AbortSignal.timeout(STATUS_TIMEOUT_MS),
      });
      return activeConnections(await answer.text());
    } catch {
      return null;
    }
  }

  /** CPU since the previous sample by group, in percent of one core. */
  private cpu(processes: readonly ProcessFacts[]): ReadonlyMap<string, number> {
    const now = { time: performance.now(), ticks: this.ticks(processes) };
    const elapsed = ((now.time - this.last.time) / 1000) * TICKS_PER_SECOND;
    const percent = new Map<string, number>();
    for (const [name, ticks] of now.ticks) {
      const before = this.last.ticks.get(name);
      if (before !== undefined) percent.set(name, Math.max(0, ((ticks - before) / elapsed) * 100));
    }
    const ours = GROUPS.reduce((sum, name) => sum + (percent.get(name) ?? 0), 0);
    percent.set("other", Math.max(0, (percent.get("all") ?? 0) - ours));
    this.last = now;
    return percent;
  }

  private ticks(processes: readonly ProcessFacts[]): Map<string, number> {
    const groups = this.options.groups();
    const taken = new Set<number>();
    const sums = new Map<string, number>([["all", busyTicks(readFileSync("/proc/stat", "utf8"))]]);
    for (const name of GROUPS) {
      const roots = name === "measuring" ? [process.pid] : groups[name];
      const found = roots.flatMap((pid) => treeOf(pid, processes)).filter(({ pid }) => !taken.has(pid));
      for (const { pid } of found) taken.add(pid);
      if (found.length > 0) {
        sums.set(
          name,
          found.reduce((sum, { ticks }) => sum + ticks, 0),
        );
      }
    }
    return sums;
  }
}

function memory(roots: readonly number[], processes: readonly ProcessFacts[]): number | null {
  const pids = roots.flatMap((pid) => treeOf(pid, processes)).map(({ pid }) => pid);
  return rounded(proportionalMebibytes(pids));
}

function kernelMebibytes(): number {
  return mebibytes(readFileSync("/proc/meminfo", "utf8"), "SUnreclaim") ?? 0;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}

function emptySamples(): Samples {
  return {
    seconds: [],
    active: [],
    established: [],
    establishedEverywhere: [],
    check: [],
    nginxMib: [],
    serviceMib: [],
    kernelMib: [],
    buffersMib: [],
    nginxCpu: [],
    serviceCpu: [],
    databaseCpu: [],
    generatorCpu: [],
    measuringCpu: [],
    otherCpu: [],
  };
}
