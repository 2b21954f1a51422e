import { readdirSync, readFileSync } from "node:fs";

import { execa } from "execa";

/** A socket on which a process listens. */
export interface Listener {
  /** Such as `0.0.0.0:8080`, or the path of a Unix socket. */
  readonly address: string;
  /** Connections that may wait to be accepted. */
  readonly backlog: number;
}

/** The sockets on which the processes of a session listen. Processes that start sessions of their own are not seen. */
export async function listenersOf(session: number): Promise<Listener[]> {
  const { stdout } = await execa("ss", ["-H", "-l", "-n", "-t", "-x", "-p"], { reject: false, stdin: "ignore" });
  return parseListeners(stdout, processesOf(session));
}

/** Parses what `ss -Hlntxp` prints. */
export function parseListeners(text: string, pids: ReadonlySet<number>): Listener[] {
  return text.split("\n").flatMap((line) => {
    const owners = [...line.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid));
    const [, backlog, address = ""] =
      /^u_\w+\s+LISTEN\s+\d+\s+(\d+)\s+(.+?) \d+\s+\* \d+/.exec(line) ??
      /^tcp\s+LISTEN\s+\d+\s+(\d+)\s+(\S+)\s/.exec(line) ??
      [];
    if (!owners.some((pid) => pids.has(pid)) || address === "") return [];
    return [{ address, backlog: Number(backlog) }];
  });
}

/** The kernel's limit of a backlog. */
export function mostBacklog(): number {
  return Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8"));
}

function processesOf(session: number): ReadonlySet<number> {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return new Set(pids.map(Number).filter((pid) => sessionOf(pid) === session));
}

/** Field 6 of /proc/PID/stat; the second one, a name in parentheses, can contain spaces. */
function sessionOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
  } catch {
    return undefined; // it has ended
  }
}
