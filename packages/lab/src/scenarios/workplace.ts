import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Programs } from "../machine/programs";
import type { Processes } from "../processes";
import type { ShippedFiles } from "../server/shipped-files";
import type { SystemUser } from "../server/users";

/** Programs, directories and limits that every scenario uses. */
export interface Workplace {
  /** The project's directory. */
  readonly root: string;
  readonly scratch: string;
  readonly environment: string;
  readonly programs: Programs;
  readonly shipped: ShippedFiles;
  readonly user: SystemUser;
  readonly isRoot: boolean;
  readonly port: number;
  readonly statusPort: number;
  /** Open-files limit of each process. */
  readonly openFiles: number;
  /** Number of ephemeral ports of this machine. */
  readonly dialPorts: number;
  readonly signal: AbortSignal;
  /** Prints a line about the progress. */
  readonly say: (line: string) => void;
  readonly processes: Processes;
}

/** Creates a directory of the run that programs of another user can access. */
export function directoryFor(workplace: Workplace, name: string): string {
  const directory = join(workplace.scratch, name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** Removes the names of this machine's directories from a text. */
export function withoutPaths(workplace: Pick<Workplace, "scratch" | "root">): (text: string) => string {
  const pattern = new RegExp(`${escape(workplace.scratch)}/[a-z0-9-]+`, "g");
  return (text) => text.replaceAll(pattern, "SCRATCH").replaceAll(workplace.root, ".");
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
