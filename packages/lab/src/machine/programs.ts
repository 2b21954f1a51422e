import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

import { isExecutable } from "@dev-one/cli/executable";

/** System programs that the evidence requires; undefined for a missing one. */
export interface FoundPrograms {
  readonly nginx: string | undefined;
  readonly h2load: string | undefined;
  readonly ss: string | undefined;
  readonly setpriv: string | undefined;
  readonly prlimit: string | undefined;
  /** Directory of PostgreSQL's `postgres` and `initdb`. */
  readonly postgres: string | undefined;
}
export type Programs = { readonly [Name in keyof FoundPrograms]: string };

/** Directories of system programs, which PATH does not always contain. */
const SYSTEM = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];
const DEBIAN_POSTGRES = "/usr/lib/postgresql";

export function findPrograms(
  path = process.env.PATH ?? "",
  system = SYSTEM,
  postgres = DEBIAN_POSTGRES,
): FoundPrograms {
  const directories = [...path.split(delimiter).filter((each) => each !== ""), ...system];
  const find = (name: string): string | undefined =>
    directories.map((directory) => join(directory, name)).find(isExecutable);
  return {
    nginx: find("nginx"),
    h2load: find("h2load"),
    ss: find("ss"),
    setpriv: find("setpriv"),
    prlimit: find("prlimit"),
    postgres: [...versionsBelow(postgres), ...directories].find((directory) =>
      ["postgres", "initdb"].every((name) => isExecutable(join(directory, name))),
    ),
  };
}

/** Debian installs each version into its own directory. The newest version comes first. */
function versionsBelow(directory: string): string[] {
  try {
    return readdirSync(directory)
      .sort((one, other) => Number(other) - Number(one))
      .map((version) => join(directory, version, "bin"));
  } catch {
    return [];
  }
}
