import { readdirSync, readFileSync } from "node:fs";

/** A process as /proc describes it. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** User and system CPU time, in clock ticks. */
  readonly ticks: number;
}

/** Parses `/proc/PID/stat`. The program name can contain spaces and parentheses. */
export function parseStat(text: string): ProcessFacts {
  const end = text.lastIndexOf(")");
  const fields = text.slice(end + 2).split(" ");
  const number = (index: number): number => Number(fields[index]);
  return { pid: Number.parseInt(text, 10), parent: number(1), ticks: number(11) + number(12) };
}

/** All processes visible in /proc. */
export function allProcesses(proc = "/proc"): ProcessFacts[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [parseStat(readFileSync(`${proc}/${pid}/stat`, "utf8"))];
      } catch {
        return []; // the process has exited
      }
    });
}

/** The ids of a process and all its descendants. */
export function treeOf(pid: number, processes: readonly ProcessFacts[]): ProcessFacts[] {
  const found = processes.filter((each) => each.pid === pid);
  for (const { pid: parent } of found) found.push(...processes.filter((each) => each.parent === parent));
  return found;
}

/** Non-idle clock ticks of all processors together, from `/proc/stat`. */
export function busyTicks(text: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = firstLine(text);
  return user + nice + system + irq + softirq + steal;
}

function firstLine(text: string): number[] {
  return (text.split("\n", 1)[0] ?? "").split(/\s+/).slice(1).map(Number);
}

/** The value of a line such as `Pss: 1234 kB`, in MiB. */
export function mebibytes(text: string, name: string): number | null {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text);
  return match ? Number(match[1]) / 1024 : null;
}

/** Proportional set size (PSS) of a group of processes, which counts shared memory once; null if it cannot be read. */
export function proportionalMebibytes(pids: readonly number[], proc = "/proc"): number | null {
  let sum = 0;
  for (const pid of pids) {
    try {
      sum += mebibytes(readFileSync(`${proc}/${pid}/smaps_rollup`, "utf8"), "Pss") ?? 0;
    } catch {
      return null;
    }
  }
  return pids.length === 0 ? null : sum;
}

const PAGE_MIB = 4096 / 2 ** 20;

/** Memory of TCP buffers, from `/proc/net/sockstat`. */
export function bufferMebibytes(text: string): number | null {
  const match = /^TCP: .*\bmem (\d+)/m.exec(text);
  return match ? Number(match[1]) * PAGE_MIB : null;
}

/** The soft open-files limit, from `/proc/PID/limits`. */
export function openFilesLimit(text: string): number | null {
  const match = /^Max open files\s+(\d+)/m.exec(text);
  return match ? Number(match[1]) : null;
}

/** Counters of `/proc/net/netstat` by name, such as `ListenOverflows`. */
export function networkCounters(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n");
  const counters = new Map<string, number>();
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const names = (lines[index] ?? "").split(" ").slice(1);
    const values = (lines[index + 1] ?? "").split(" ").slice(1);
    for (const [column, name] of names.entries()) counters.set(name, Number(values[column]));
  }
  return counters;
}
