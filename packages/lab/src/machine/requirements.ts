import { UserError } from "@dev-one/cli/user-error";

import type { ScenarioName } from "../evidence";
import type { FoundPrograms, Programs } from "./programs";

/** Facts about the machine, collected before anything is started. */
export interface Facts {
  readonly platform: string;
  readonly programs: FoundPrograms;
  /** Python version of `.venv` as numbers, such as [3, 11]; undefined if `.venv` does not exist. */
  readonly python: readonly [number, number] | undefined;
  readonly openFiles: number;
  readonly availableMib: number;
  readonly cores: number;
}

interface Asked {
  readonly connections: number;
  readonly scenarios: readonly ScenarioName[];
}

/** The Debian package of each program. */
const PACKAGES: Readonly<Record<keyof FoundPrograms, { readonly what: string; readonly package: string }>> = {
  nginx: { what: "nginx", package: "nginx-light" },
  h2load: { what: "The load generator h2load", package: "nghttp2-client" },
  ss: { what: "ss", package: "iproute2" },
  setpriv: { what: "setpriv", package: "util-linux" },
  prlimit: { what: "prlimit", package: "util-linux" },
  postgres: { what: "PostgreSQL", package: "postgresql" },
};
const WITH_SERVICE: readonly ScenarioName[] = ["service", "long-poll"];
/** Open files other than connections: logs, listening sockets, libraries. */
const OTHER_FILES = 500;
/** Factor for the uneven distribution of connections over nginx workers. */
const UNEVEN = 1.25;
/** Memory per connection, KiB: generator, kernel at both ends, nginx and service together. */
const KIB_PER_CONNECTION = 60;
const BASE_MIB = 600;

/** @throws UserError with one sentence when this machine cannot run the evidence */
export function checkRequirements(facts: Facts, { connections, scenarios }: Asked): Programs {
  if (facts.platform !== "linux") {
    throw new UserError("The evidence reads the kernel's own figures and runs on Linux only.");
  }
  for (const [name, { what, package: debian }] of Object.entries(PACKAGES)) {
    if (facts.programs[name as keyof FoundPrograms] === undefined) {
      throw new UserError(`${what} is missing: install it (Debian: apt-get install ${debian}).`);
    }
  }
  if (facts.python === undefined) {
    throw new UserError("The evidence needs the Python packages in .venv, which are missing: run `npm run setup`.");
  }
  const withService = scenarios.some((name) => WITH_SERVICE.includes(name));
  const [major, minor] = facts.python;
  if (withService && (major < 3 || (major === 3 && minor < 11))) {
    throw new UserError(
      `The example service needs Python 3.11, and .venv has ${major}.${minor}: remove .venv, and run it again with Python 3.11 on PATH.`,
    );
  }
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
  return facts.programs as Programs;
}

/** Open files of the process that needs most: the service holds all connections, an nginx worker its share of both sides. */
function neededFiles(connections: number, withService: boolean, cores: number): number {
  const perWorker = Math.ceil((connections / cores) * UNEVEN) * (withService ? 2 : 1);
  return Math.max(perWorker, withService ? connections : 0) + OTHER_FILES;
}
