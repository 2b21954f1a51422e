import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

import { isExecutable } from "@dev-one/cli/executable";
import { UserError } from "@dev-one/cli/user-error";

import type { ScenarioName } from "../evidence/figures";

/** Directories of system programs, which PATH does not always contain. */
const SYSTEM = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

/** PATH with the directories of system programs and of Debian's newest PostgreSQL, which are not always part of it. */
export function searchPath(path = process.env.PATH ?? "", postgres = "/usr/lib/postgresql"): string {
  return [...path.split(delimiter), ...SYSTEM, ...newestBelow(postgres)].filter((each) => each !== "").join(delimiter);
}

function newestBelow(directory: string): string[] {
  try {
    const versions = readdirSync(directory)
      .map(Number)
      .sort((one, other) => other - one);
    return versions.slice(0, 1).map((version) => join(directory, String(version), "bin"));
  } catch {
    return [];
  }
}

/** Facts about the machine, collected before anything is started. */
export interface Facts {
  readonly platform: string;
  /** Where programs are looked for, like PATH. */
  readonly path: string;
  readonly openFiles: number;
  readonly availableMib: number;
  readonly cores: number;
}

interface Asked {
  readonly connections: number;
  readonly scenarios: readonly ScenarioName[];
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
/** Memory per connection, KiB: generator, kernel at both ends, nginx and service together. */
const KIB_PER_CONNECTION = 60;
const BASE_MIB = 600;

/** @throws UserError with one sentence when this machine cannot run the evidence */
export function checkRequirements(facts: Facts, { connections, scenarios }: Asked): void {
  if (facts.platform !== "linux") {
    throw new UserError("The evidence reads the kernel's own figures and runs on Linux only.");
  }
  const directories = facts.path.split(delimiter);
  for (const [name, debian] of Object.entries(PROGRAMS)) {
    if (directories.some((directory) => isExecutable(join(directory, name)))) continue;
    throw new UserError(`${name} is missing: install it (Debian: apt-get install ${debian}).`);
  }
  const withService = scenarios.some((name) => name === "service" || name === "long-poll");
  const files = neededFiles(connections, withService, facts.cores);
  if (facts.openFiles < files) {
    throw new UserError(
      `A process may have ${facts.openFiles} open files here, and ${connections} connections need ${files}: raise the hard limit (ulimit -Hn ${files}), or ask for fewer with --connections.`,
    );
  }
  const mebibytes = BASE_MIB + Math.ceil((connections * KIB_PER_CONNECTION) / 1024);
  if (facts.availableMib < mebibytes) {
    throw new UserError(
      `${Math.floor(facts.availableMib)} MiB of memory are free, and ${connections} connections need about ${mebibytes} MiB: end something else, or ask for fewer with --connections.`,
    );
  }
}

/** Open files of the process that needs most: the service holds all connections, an nginx worker its share of both sides. */
function neededFiles(connections: number, withService: boolean, cores: number): number {
  const perWorker = Math.ceil((connections / cores) * UNEVEN) * (withService ? 2 : 1);
  return Math.max(perWorker, withService ? connections : 0) + OTHER_FILES;
}
