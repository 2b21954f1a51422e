import { readFileSync } from "node:fs";

import { UserError } from "@dev-one/cli/user-error";
import { missingPrograms, requirePrograms } from "@dev-one/service/programs";

/** The Debian packages of all programs that the two commands start. */
const PACKAGES = {
  ...{ curl: "curl", go: "golang-go", haproxy: "haproxy", initdb: "postgresql", ip: "iproute2", knotd: "knot" },
  ...{ nft: "nftables", nginx: "nginx-light", nsenter: "util-linux", openssl: "openssl", pgbouncer: "pgbouncer" },
  ...{ postgres: "postgresql", prlimit: "util-linux", psql: "postgresql-client", setpriv: "util-linux" },
  ...{ ss: "iproute2", unshare: "util-linux" },
} as const;
const EVIDENCE = ["nginx", "go", "ss", "setpriv", "prlimit", "postgres", "initdb"] as const;
/** The load generator is compiled where a scenario needs it. */
const ONLY_EVIDENCE = ["go", "ss"];

const packagesOf = (isNeeded: (program: string) => boolean): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(PACKAGES).filter(([program]) => isNeeded(program)));

/** Open files other than connections: logs, listening sockets, libraries. */
const OTHER_FILES = 500;
/** Factor for the uneven distribution of connections over nginx workers. */
const UNEVEN = 1.25;

/** Facts about the machine, collected before anything is started. */
export interface Facts {
  /** Where programs are looked for, like PATH. */
  readonly path: string;
  readonly openFiles: number;
  readonly cores: number;
}

/** @throws UserError that says why this machine cannot run the evidence */
export function checkRequirements({ path, openFiles, cores }: Facts, connections: number): void {
  requirePrograms(
    packagesOf((program) => (EVIDENCE as readonly string[]).includes(program)),
    path,
  );
  // The service holds all connections, an nginx worker both sides of its share.
  const files = Math.max(connections, 2 * Math.ceil((connections / cores) * UNEVEN)) + OTHER_FILES;
  if (openFiles < files) {
    throw new UserError(
      `A process may have ${openFiles} open files here, and ${connections} connections need ${files}: raise the hard limit (ulimit -Hn ${files}), or ask for fewer with --connections.`,
    );
  }
}

export interface Machine extends Pick<Facts, "path" | "openFiles"> {
  readonly platform: string;
  readonly user: number | undefined;
  /** Entries of the kernel's connection tracking; undefined when the kernel has none. */
  readonly trackedConnections: number | undefined;
}

/** What a run of the lab needs of the machine. */
export interface Need {
  /** Whether it compiles the load generator. */
  readonly load: boolean;
  /** Files that one process opens. */
  readonly openFiles: number;
  /** Connections that one host tracks. */
  readonly trackedConnections: number;
}

/** Without load: probes of the whole matrix pass one router. */
export const WITHOUT_LOAD: Need = { load: false, openFiles: 4096, trackedConnections: 65_536 };

export function trackedConnections(file = "/proc/sys/net/netfilter/nf_conntrack_max"): number | undefined {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** @throws UserError with one sentence for each thing that this machine lacks for the lab */
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
    ...missingPrograms(
      packagesOf((program) => need.load || !ONLY_EVIDENCE.includes(program)),
      path,
    ),
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
