import { renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Replaces a file atomically: after an interruption or on a full disk, and for concurrent readers, the file is either the old or
 * the new one.
 */
export function replaceFile(file: string, content: string | Buffer): void {
  const fresh = `${file}.${process.pid}.new`;
  try {
    writeFileSync(fresh, content);
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
}
