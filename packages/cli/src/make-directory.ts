import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** Makes a directory and those above it. One by one: Node.js tries without an end below a directory such as /proc, which takes none. */
export function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  const above = dirname(directory);
  if (above !== directory) makeDirectory(above);
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
