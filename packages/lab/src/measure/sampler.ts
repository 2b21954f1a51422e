import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { execa } from "execa";

import { type Column, COLUMNS, type CPU, type Samples } from "../evidence/figures";
import { sum } from "../evidence/statistics";
import {
  activeConnections,
  allProcesses,
  busyTicks,
  countEstablished,
  mebibytes,
  type ProcessFacts,
  proportionalMebibytes,
  treeOf,
} from "./proc";

/** The processes of a run by role, each with its descendants; none for a program that the scenario does not have. */
export type Roles = Readonly<Record<Role, readonly number[]>>;
const ROLES = ["nginx", "service", "database", "generator"] as const;
type Role = (typeof ROLES)[number];

export interface SamplerOptions {
  readonly port: number;
  /** URL of nginx's status page; undefined if nginx has none. */
  readonly statusUrl: string | undefined;
  readonly roles: Roles;
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
    const isOver = (): boolean => signal.aborted;
    for (let second = 1; !isOver(); second += 1) {
      const wait = this.options.start + second * 1000 - Date.now();
      if (wait < -500) continue; // too late: this second is skipped
      await delay(Math.max(0, wait), undefined, { signal }).catch(() => undefined);
      if (!isOver()) await this.sample();
    }
  }

  private async sample(): Promise<void> {
    const { port, start, roles, takeCheck, onSample } = this.options;
    const seconds = Math.round((Date.now() - start) / 100) / 10;
    const [active, { stdout }] = await Promise.all([
      this.askNginx(),
      execa("ss", ["-Htan"], { reject: false, stdin: "ignore", maxBuffer: 200_000_000 }),
    ]);
    const { server: established, everywhere: establishedEverywhere } = countEstablished(stdout, port);
    const processes = allProcesses();
    const values: Readonly<Record<Column, number | null>> = {
      active,
      established,
      establishedEverywhere,
      check: takeCheck(),
      nginxMib: memory(roles.nginx, processes),
      serviceMib: memory(roles.service, processes),
      kernelMib: kernelMebibytes() - this.kernelBefore,
      ...this.cpu(processes),
    };
    this.samples.seconds.push(seconds);
    for (const name of COLUMNS) this.samples[name].push(rounded(values[name]));
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

  /** CPU since the previous sample by role, in percent of one core; null for a role without a process. */
  private cpu(processes: readonly ProcessFacts[]): Readonly<Record<(typeof CPU)[number], number | null>> {
    const [before, now] = [this.last, this.ticks(processes)];
    this.last = now;
    const elapsed = ((now.time - before.time) / 1000) * TICKS_PER_SECOND;
    const percent = (value: number | null, past: number | null) =>
      value === null ? null : Math.max(0, ((value - (past ?? 0)) / elapsed) * 100);
    const byRole = ROLES.map((role) => percent(now[role], before[role]));
    const measuring = percent(now.measuring, before.measuring);
    const rest = (percent(now.all, before.all) ?? 0) - total([...byRole, measuring]);
    const [nginxCpu = null, serviceCpu = null, databaseCpu = null, generatorCpu = null] = byRole;
    return { nginxCpu, serviceCpu, databaseCpu, generatorCpu, measuringCpu: measuring, otherCpu: Math.max(0, rest) };
  }

  /** Clock ticks so far. This command is the parent of all others, whose ticks are not its own. */
  private ticks(processes: readonly ProcessFacts[]) {
    const byRole = ROLES.map((role) => [role, ticksBelow(this.options.roles[role], processes)] as const);
    const measuring = (ticksBelow([process.pid], processes) ?? 0) - total(byRole.map(([, ticks]) => ticks));
    const all = busyTicks(readFileSync("/proc/stat", "utf8"));
    const ticks = Object.fromEntries(byRole) as Record<Role, number | null>;
    return { ...ticks, measuring, all, time: performance.now() };
  }
}

const total = (values: readonly (number | null)[]): number => sum(values.map((value) => value ?? 0));

function ticksBelow(roots: readonly number[], processes: readonly ProcessFacts[]): number | null {
  return roots.length === 0 ? null : sum(roots.flatMap((pid) => treeOf(pid, processes)).map(({ ticks }) => ticks));
}

function memory(roots: readonly number[], processes: readonly ProcessFacts[]): number | null {
  return proportionalMebibytes(roots.flatMap((pid) => treeOf(pid, processes)).map(({ pid }) => pid));
}

function kernelMebibytes(): number {
  return mebibytes(readFileSync("/proc/meminfo", "utf8"), "SUnreclaim") ?? 0;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
