import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/** A file of this repository that becomes a file of a server. */
export interface ServerFile {
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

/** Root of this repository, also if this file runs from a bundle in another folder of it. */
export function projectDirectory(): string {
  let directory = __dirname;
  while (!isDirectory(join(directory, "src", "servers", "bootstrap"))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`No src/servers/bootstrap above ${__dirname}`);
    directory = parent;
  }
  return directory;
}

/** Files that every server gets from S3, by `dev-one-program`: `bootstrap/platform`. */
export const platformFiles = (): ServerFile[] =>
  filesBelow(join(projectDirectory(), "src", "servers", "bootstrap", "platform"), "");

/** Files of a folder with their paths below `target`, in the order of their names. Those that start with `#!` are executable. */
export function filesBelow(root: string, target: string): ServerFile[] {
  return readdirSync(root, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const source = join(root, entry.name);
      const path = posix.join(target, entry.name);
      if (entry.isDirectory()) return filesBelow(source, path);
      const content = readFileSync(source);
      return [{ path, content, executable: content.subarray(0, 2).toString() === "#!" }];
    });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
