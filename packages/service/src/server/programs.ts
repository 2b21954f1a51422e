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

/**
 * @param programs names of programs, with the Debian package of each
 * @param path where they are looked for, like PATH
 * @throws UserError that names each missing program and how to install it
 */
export function requirePrograms(programs: Readonly<Record<string, string>>, path: string): void {
  const missing = missingPrograms(programs, path);
  if (missing.length > 0) throw new UserError(missing.join("\n"));
}

/** One sentence for each missing program, as in `requirePrograms`. */
export function missingPrograms(programs: Readonly<Record<string, string>>, path: string): string[] {
  return Object.entries(programs)
    .filter(([name]) => !path.split(delimiter).some((directory) => isExecutable(join(directory, name))))
    .map(([name, debian]) => `${name} is missing: install it (Debian: apt-get install ${debian}).`);
}
