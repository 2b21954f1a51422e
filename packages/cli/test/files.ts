import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const directories: string[] = [];

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/**
 * A new directory, which is removed after the tests of the file. It has a space in its name, because users' directories may contain
 * spaces.
 */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "dev one test-"));
  directories.push(directory);
  return directory;
}

/** Writes an executable file: a Node script. @returns its path */
export function writeScript(file: string, body: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!${process.execPath}\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}
