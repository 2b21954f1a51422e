import { readFileSync } from "node:fs";

import { UserError } from "@dev-one/cli/user-error";
import { missingPrograms } from "@dev-one/service/programs";

/** The programs that are the lab's hosts, with their Debian packages. */
const PROGRAMS: Readonly<Record<string, string>> = {
  curl: "curl",
  haproxy: "haproxy",
  initdb: "postgresql",
  ip: "iproute2",
  knotd: "knot",
  nft: "nftables",
  nginx: "nginx-light",
  nsenter: "util-linux",
  openssl: "openssl",
  pgbouncer: "pgbouncer",
  postgres: "postgresql",
  prlimit: "util-linux",
  psql: "postgresql-client",
  setpriv: "util-linux",
  unshare: "util-linux",
};

export interface Machine {
  readonly platform: string;
  readonly user: number | undefined;
  /** Where programs are looked for, like PATH. */
  readonly path: string;
  readonly openFiles: number;
  /** Entries of the kernel's connection tracking; undefined when the kernel has none. */
  readonly trackedConnections: number | undefined;
}

/** What a run needs of the machine. */
export interface Need {
  /** Files that one process opens. */
  readonly openFiles: number;
  /** Connections that one host tracks. */
  readonly trackedConnections: number;
}

/** Without load: probes of the whole matrix pass one router. */
export const WITHOUT_LOAD: Need = { openFiles: 4096, trackedConnections: 65_536 };

export function trackedConnections(file = "/proc/sys/net/netfilter/nf_conntrack_max"): number | undefined {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** @throws UserError with one sentence for each thing that this machine lacks */
export function refuseMachine(machine: Machine, need: Need): void {
  const { platform, user, path, openFiles } = machine;
  if (platform !== "linux") {
    throw new UserError(
      `The lab's hosts are network namespaces of Linux, and this machine runs ${platform}: run it on Linux.`,
    );
  }
  const tracked = machine.trackedConnections;
  const problems = [
    ...(user === 0 ? [] : ["The lab makes network namespaces, for which it must be root: run it with sudo, or in CI."]),
    ...missingPrograms(PROGRAMS, path),
    ...(openFiles < need.openFiles
      ? [
          `A process may have ${openFiles} open files here, and the lab needs ${need.openFiles}: raise the hard limit (ulimit -Hn ${need.openFiles}).`,
        ]
      : []),
    ...(tracked === undefined
      ? [
          "The kernel has no connection tracking, which security groups and NAT gateways need: load the module nf_conntrack.",
        ]
      : tracked < need.trackedConnections
        ? [
            `The kernel tracks ${tracked} connections, and the lab needs ${need.trackedConnections}: set net.netfilter.nf_conntrack_max=${need.trackedConnections}.`,
          ]
        : []),
  ];
  if (problems.length > 0) throw new UserError(problems.join("\n"));
}
