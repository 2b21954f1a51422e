import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Processes, SystemUser } from "@dev-one/service/processes";
import type { ShippedFiles } from "@dev-one/service/shipped-files";
import { type Place, substitute, type Substitution } from "@dev-one/service/substitutions";

import type { Evidence } from "../evidence/figures";

/** Programs, directories and limits that every scenario uses. */
export interface Workplace {
  /** The project's directory. */
  readonly root: string;
  readonly scratch: string;
  readonly shipped: ShippedFiles;
  readonly user: SystemUser;
  /** Loopback ports of the server and of its status page. */
  readonly port: number;
  readonly statusPort: number;
  /** Open-files limit of each process. */
  readonly openFiles: number;
  /** File of the compiled load generator. */
  readonly generator: string;
  /** Number of ephemeral ports of this machine. */
  readonly dialPorts: number;
  readonly signal: AbortSignal;
  /** Prints a line about the progress. */
  readonly say: (line: string) => void;
  readonly processes: Processes;
  /** What was changed in the files so far, once for each file. */
  readonly substitutions: Evidence["substitutions"];
}

/** Open files of a generator process other than its connections: `otherFiles` of generator/main.go. */
const GENERATOR_FILES = 200;

/**
 * Splits a number of connections over generator processes, each with a destination address of its own. A client address has one
 * set of ephemeral ports per destination, and the kernel searches them one by one when more than half are in use. A destination
 * therefore gets at most half of the ports.
 */
export function shares(
  { openFiles, dialPorts }: Pick<Workplace, "openFiles" | "dialPorts">,
  connections: number,
): number[] {
  const most = Math.max(1, Math.min(openFiles - GENERATOR_FILES, Math.floor(dialPorts / 2)));
  const parts = Math.ceil(connections / most);
  return Array.from({ length: parts }, (_, index) => Math.floor((connections + index) / parts));
}

let usedAddresses = 0;

/** Creates the directory of a server, and selects the loopback addresses that so many connections need. */
export function placeFor(workplace: Workplace, name: string, connections: number): Place {
  const { scratch, port, statusPort, user } = workplace;
  const directory = join(scratch, name);
  mkdirSync(directory, { recursive: true });
  // Programs that run as an unprivileged user need access.
  chmodSync(directory, 0o755);
  // Each server uses new addresses, because the ports of the previous one stay in TIME_WAIT for a minute.
  const addresses = shares(workplace, connections).map(() => `127.0.0.${(usedAddresses++ % 254) + 1}`);
  return { directory, addresses, port, statusPort, user: user.name, group: user.group };
}

/** Makes a file usable on this machine, and lists what was changed. @throws UserError when a substitution does not match */
export function adapted(
  workplace: Pick<Workplace, "scratch" | "root" | "substitutions">,
  file: string,
  content: string,
  substitutions: readonly Substitution[],
): string {
  const text = substitute(file, content, substitutions);
  const plain = withoutPaths(workplace);
  if (!workplace.substitutions.some((listed) => listed.file === file)) {
    for (const { from, to, reason } of substitutions) {
      const replacement = plain(typeof to === "string" ? to : to.join(", "))
        .replaceAll(/\s+/g, " ")
        .trim();
      workplace.substitutions.push({ file, from: from.trim(), to: replacement || "(removed)", reason });
    }
  }
  return text;
}

/** Removes the names of this machine's directories from a text. */
export function withoutPaths({ scratch, root }: Pick<Workplace, "scratch" | "root">): (text: string) => string {
  return (text) => {
    const [before = "", ...parts] = text.split(`${scratch}/`);
    const plain = [before, ...parts.map((part) => part.replace(/^[a-z0-9-]+/, "SCRATCH"))].join("");
    return plain.replaceAll(root, ".");
  };
}
