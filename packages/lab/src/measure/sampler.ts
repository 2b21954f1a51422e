import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { execa } from "execa";

import { type Column, COLUMNS, type CPU, type Samples } from "../evidence/figures";
import { sum } from "../evidence/statistics";
import { ask } from "./ask";
import {
  activeConnections,
  allProcesses,
  busyTicks,
  countEstablished,
  mebibytes,
  type ProcessFacts,
  proportionalMebibytes,
  TICKS_PER_SECOND,
  treeOf,
} from "./proc";

type Role = "nginx" | "service" | "database" | "generator";

export interface SamplerOptions {
  readonly port: number;
  /** Port of nginx's status page, which Debian's own configuration does not have. */
  readonly statusPort: number;
  /** The processes of a run, each with its descendants; none for a program that the scenario does not have. */
  readonly roles: Readonly<Record<Role, readonly number[]>>;
  /** Returns the latest count of established sockets of the custom check, each count once. */
  readonly takeCheck: () => number | null;
  /** Time of second 0, in milliseconds of the system clock. */
  readonly start: number;
  readonly onSample: (line: { readonly established: number; readonly seconds: number }) => void;
}

/** Samples nginx, the kernel, and the memory and CPU of all processes of the run once per second. */
export class Sampler {
  readonly samples = { seconds: [], ...Object.fromEntries(COLUMNS.map((name) => [name, []])) } as unknown as Samples;
  private readonly controller = new AbortController();
  private readonly kernelBefore = kernelMebibytes();
  private readonly finished: Promise<void>;
  private last;

  constructor(private readonly options: SamplerOptions) {
    this.last = this.ticks(allProcesses());
    this.finished = this.loop();
  }

  async end(): Promise<void> {
    this.controller.abort();
    await this.finished;
  }

  private async loop(): Promise<void> {
    const { signal } = this.controller;
    const nextSecond = () =>
      delay(1000 - ((Date.now() - this.options.start) % 1000), true, { signal }).catch(() => false);
    while (await nextSecond()) await this.sample();
  }

  private async sample(): Promise<void> {
    const { port, statusPort, start, roles, takeCheck, onSample } = this.options;
    const seconds = Math.round((Date.now() - start) / 100) / 10;
    const [status = "", { stdout }] = await Promise.all([
      ask(`http://127.0.0.1:${statusPort}/nginx_status`),
      execa("ss", ["-Htan"], { reject: false, stdin: "ignore", maxBuffer: 200_000_000 }),
    ]);
    const { server: established, everywhere: establishedEverywhere } = countEstablished(stdout, port);
    const processes = allProcesses();
    const values: Readonly<Record<Column, number | null>> = {
      active: activeConnections(status),
      established,
      establishedEverywhere,
      check: takeCheck(),
      nginxMib: memory(roles.nginx, processes),
      serviceMib: memory(roles.service, processes),
      kernelMib: kernelMebibytes() - this.kernelBefore,
      ...this.cpu(processes),
    };
    this.samples.seconds.push(seconds);
    for (const name of COLUMNS) {
      const value = values[name];
      this.samples[name].push(value === null ? null : Math.round(value * 10) / 10);
    }
    onSample({ established, seconds });
  }

  /** CPU since the previous sample by role, in percent of one core; null for a role without a process. */
  private cpu(processes: readonly ProcessFacts[]): Readonly<Record<(typeof CPU)[number], number | null>> {
    const [before, now] = [this.last, this.ticks(processes)];
    this.last = now;
    const elapsed = ((now.time - before.time) / 1000) * TICKS_PER_SECOND;
    const percent = (name: Role | "measuring" | "all") => {
      const ticks = now[name];
      return ticks === null ? null : Math.max(0, ((ticks - (before[name] ?? 0)) / elapsed) * 100);
    };
    const ofRun = {
      nginxCpu: percent("nginx"),
      serviceCpu: percent("service"),
      databaseCpu: percent("database"),
      generatorCpu: percent("generator"),
      measuringCpu: percent("measuring"),
    };
    return { ...ofRun, otherCpu: Math.max(0, (percent("all") ?? 0) - total(ofRun)) };
  }

  /** Clock ticks so far. This command is the parent of all others, whose ticks are not its own. */
  private ticks(processes: readonly ProcessFacts[]) {
    const below = (pids: readonly number[]) =>
      pids.length === 0 ? null : sum(pids.flatMap((pid) => treeOf(pid, processes)).map(({ ticks }) => ticks));
    const { nginx, service, database, generator } = this.options.roles;
    const byRole = {
      nginx: below(nginx),
      service: below(service),
      database: below(database),
      generator: below(generator),
    };
    const measuring = (below([process.pid]) ?? 0) - total(byRole);
    return { ...byRole, measuring, all: busyTicks(readFileSync("/proc/stat", "utf8")), time: performance.now() };
  }
}

function total(values: Readonly<Record<string, number | null>>): number {
  return sum(Object.values(values).map((value) => value ?? 0));
}

function memory(roots: readonly number[], processes: readonly ProcessFacts[]): number | null {
  return proportionalMebibytes(roots.flatMap((pid) => treeOf(pid, processes)).map(({ pid }) => pid));
}

function kernelMebibytes(): number {
  return mebibytes(readFileSync("/proc/meminfo", "utf8"), "SUnreclaim") ?? 0;
}
