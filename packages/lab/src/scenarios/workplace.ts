import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Programs } from "../machine/programs";
import type { Processes } from "../processes";
import type { ShippedFiles } from "../server/shipped-files";
import type { SystemUser } from "../server/users";

/** What every scenario works with. */
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
  /** Open files that each process is allowed. */
  readonly openFiles: number;
  /** Ports that this machine dials from. */
  readonly dialPorts: number;
  readonly signal: AbortSignal;
  /** Tells what is going on. */
  readonly say: (line: string) => void;
  readonly processes: Processes;
}

/** A directory of the run's own that programs of another user can enter. */
export function directoryFor(workplace: Workplace, name: string): string {
  const directory = join(workplace.scratch, name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** Text without the names of this machine's directories. */
export function withoutPaths(workplace: Pick<Workplace, "scratch" | "root">): (text: string) => string {
  const pattern = new RegExp(`${escape(workplace.scratch)}/[a-z0-9-]+`, "g");
  return (text) => text.replaceAll(pattern, "SCRATCH").replaceAll(workplace.root, ".");
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
