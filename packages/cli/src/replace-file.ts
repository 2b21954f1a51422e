import { renameSync, rmSync, writeFileSync } from "node:fs";

import { UserError } from "./user-error";

/**
 * Replaces a file atomically: after an interruption or on a full disk, and for concurrent readers, the file is either the old or
 * the new one.
 * @throws UserError when it cannot be written
 */
export function replaceFile(file: string, content: string | Buffer): void {
  const fresh = `${file}.${process.pid}.new`;
  try {
    writeFileSync(fresh, content);
    renameSync(fresh, file);
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${(error as Error).message}.`);
  } finally {
    rmSync(fresh, { force: true });
  }
}
