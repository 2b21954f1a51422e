import { existsSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

import { UserError } from "../user-error";

/** Before minutes of measurements, not after them. @throws UserError when the file cannot be written */
export function refuseUnwritable(file: string): void {
  if (existsSync(file) && !statSync(file).isFile()) throw new UserError(`${file} is no file: name one with --json.`);
  const fresh = freshOf(file);
  try {
    writeFileSync(fresh, "");
    rmSync(fresh);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`${file} cannot be written (${reason}): name another file with --json.`);
  }
}

/** Whole or not at all. */
export function writeFigures(file: string, figures: object): void {
  const fresh = freshOf(file);
  try {
    writeFileSync(fresh, `${JSON.stringify(figures, null, 2)}\n`);
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
}

const freshOf = (file: string): string => `${file}.${process.pid}.new`;
