import { readdirSync, readFileSync } from "node:fs";

/** USER_HZ is 100 on every Linux that Node.js supports. */
export const TICKS_PER_SECOND = 100;

/** A process as /proc describes it. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** User and system CPU time, in clock ticks. */
  readonly ticks: number;
  /** That of its children which have ended, and of theirs. */
  readonly endedTicks: number;
}

/** Parses `/proc/PID/stat`. The program name can contain spaces and parentheses. */
export function parseStat(text: string): ProcessFacts {
  const end = text.lastIndexOf(")");
  const fields = text.slice(end + 2).split(" ");
  const number = (index: number): number => Number(fields[index]);
  const [ticks, endedTicks] = [number(11) + number(12), number(13) + number(14)];
  return { pid: Number.parseInt(text, 10), parent: number(1), ticks, endedTicks };
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

/** Clock ticks of all processes, and of other virtual machines, from `/proc/stat`. Interrupts are left out: the load causes them. */
export function busyTicks(text: string): number {
  const [, user = 0, nice = 0, system = 0, , , , , steal = 0] = text.split(/\s+/, 9).map(Number);
  return user + nice + system + steal;
}

/** Measures the CPU of other programs from now on. Processes of this command are its descendants, also those that have ended. */
export class ForeignCpu {
  private readonly first = moment();
  private last = this.first;

  /** The end of what is measured so far. */
  sample(): void {
    this.last = moment();
  }

  /** CPU of other programs, and of all programs together. */
  percentOfCore(): { readonly foreign: number; readonly all: number } {
    const [seconds, busy, own] = (["seconds", "busy", "own"] as const).map(
      (key) => this.last[key] - this.first[key],
    ) as [number, number, number];
    const percent = (ticks: number) => (seconds === 0 ? 0 : (ticks / TICKS_PER_SECOND / seconds) * 100);
    return { foreign: percent(Math.max(0, busy - own)), all: percent(busy) };
  }
}

function moment() {
  const own = treeOf(process.pid, allProcesses()).reduce((sum, { ticks, endedTicks }) => sum + ticks + endedTicks, 0);
  return { seconds: performance.now() / 1000, busy: busyTicks(readFileSync("/proc/stat", "utf8")), own };
}

/** The value of a line such as `Pss: 1234 kB`, in MiB. */
export function mebibytes(text: string, name: string): number | null {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text);
  return match ? Number(match[1]) / 1024 : null;
}

export function availableMebibytes(): number {
  return mebibytes(readFileSync("/proc/meminfo", "utf8"), "MemAvailable") ?? 0;
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

/** Sockets that `ss -Htan` lists as established: those of the server's port, and those of the whole machine. */
export function countEstablished(text: string, port: number): { readonly server: number; readonly everywhere: number } {
  const ports = [...text.matchAll(/^ESTAB\s+\d+\s+\d+\s+\S+:(\d+)\s/gm)].map(([, local]) => Number(local));
  return { server: ports.filter((local) => local === port).length, everywhere: ports.length };
}

/** The number of client connections that nginx's `stub_status` reports, including the connection of the request itself. */
export function activeConnections(text: string): number | null {
  const match = /^Active connections: (\d+)/m.exec(text);
  return match ? Number(match[1]) : null;
}
