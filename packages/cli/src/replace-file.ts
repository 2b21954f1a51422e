import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Writes a file whole or not at all: a reader, an interruption and a full disk leave the old one or the new one. */
export function replaceFile(file: string, content: string | Buffer): void {
  const fresh = `${file}.${process.pid}.new`;
  try {
    writeFileSync(fresh, content);
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
}
