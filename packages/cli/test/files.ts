import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A new directory, with a space in its name, because users' directories may contain spaces. */
export function scratchDirectory(): string {
  return mkdtempSync(join(tmpdir(), "dev one test-"));
}

/** Writes an executable file: a Node script. @returns its path */
export function writeScript(file: string, body: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!${process.execPath}\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}
