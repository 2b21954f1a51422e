import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

import { isExecutable } from "@dev-one/cli/executable";
import { UserError } from "@dev-one/cli/user-error";

/** Directories of system programs, which PATH does not always contain. */
const SYSTEM = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

/** PATH with the directories of system programs and of Debian's newest PostgreSQL, which are not always part of it. */
export function searchPath(path = process.env.PATH ?? "", postgres = "/usr/lib/postgresql"): string {
  const versions = existsSync(postgres) ? readdirSync(postgres).map(Number) : [];
  const newest = join(postgres, String(Math.max(...versions)), "bin");
  return [...path.split(delimiter), ...SYSTEM, newest].filter((each) => each !== "").join(delimiter);
}

/** The programs that the evidence starts, with their Debian packages. */
const PROGRAMS: Readonly<Record<string, string>> = {
  nginx: "nginx-light",
  h2load: "nghttp2-client",
  ss: "iproute2",
  setpriv: "util-linux",
  prlimit: "util-linux",
  postgres: "postgresql",
  initdb: "postgresql",
};
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

/** @throws UserError with one sentence when this machine cannot run the evidence */
export function checkRequirements({ path, openFiles, cores }: Facts, connections: number): void {
  for (const [name, debian] of Object.entries(PROGRAMS)) {
    if (path.split(delimiter).some((directory) => isExecutable(join(directory, name)))) continue;
    throw new UserError(`${name} is missing: install it (Debian: apt-get install ${debian}).`);
  }
  // The service holds all connections, an nginx worker both sides of its share.
  const files = Math.max(connections, 2 * Math.ceil((connections / cores) * UNEVEN)) + OTHER_FILES;
  if (openFiles < files) {
    throw new UserError(
      `A process may have ${openFiles} open files here, and ${connections} connections need ${files}: raise the hard limit (ulimit -Hn ${files}), or ask for fewer with --connections.`,
    );
  }
}
