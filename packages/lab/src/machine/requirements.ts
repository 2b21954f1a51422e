import { UserError } from "@dev-one/cli/user-error";
import { requirePrograms } from "@dev-one/service/programs";

/** The programs that the evidence starts, with their Debian packages. */
const PROGRAMS: Readonly<Record<string, string>> = {
  nginx: "nginx-light",
  go: "golang-go",
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

/** @throws UserError that says why this machine cannot run the evidence */
export function checkRequirements({ path, openFiles, cores }: Facts, connections: number): void {
  requirePrograms(PROGRAMS, path);
  // The service holds all connections, an nginx worker both sides of its share.
  const files = Math.max(connections, 2 * Math.ceil((connections / cores) * UNEVEN)) + OTHER_FILES;
  if (openFiles < files) {
    throw new UserError(
      `A process may have ${openFiles} open files here, and ${connections} connections need ${files}: raise the hard limit (ulimit -Hn ${files}), or ask for fewer with --connections.`,
    );
  }
}
