import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";

import { replaceFile } from "@dev-one/cli/replace-file";
import { UserError } from "@dev-one/cli/user-error";

/** Runs before the measurements, which take minutes. @throws UserError when the file cannot be written */
export function refuseUnwritable(file: string): void {
  if (existsSync(file) && !statSync(file).isFile()) throw new UserError(`${file} is no file: name one with --json.`);
  const fresh = `${file}.${process.pid}.new`;
  try {
    writeFileSync(fresh, "");
    rmSync(fresh);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`${file} cannot be written (${reason}): name another file with --json.`);
  }
}

/** Writes the file atomically. */
export function writeFigures(file: string, figures: object): void {
  replaceFile(file, `${JSON.stringify(figures, null, 2)}\n`);
}
