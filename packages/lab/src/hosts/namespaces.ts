import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

/** Names of the lab's network namespaces start with this; no others are touched. */
const PREFIX = "d1-";
const NAMESPACES = "/run/netns";
/** Process id of the run that owns the namespaces. */
const OWNER = "/run/dev-one-lab.pid";

export const namespaceOf = (host: string): string => `${PREFIX}${host}`;

/** The command that runs another one with a host's network. */
export const within = (host: string): string[] => ["nsenter", `--net=${join(NAMESPACES, namespaceOf(host))}`];

/** Marks this process as the owner of the lab's namespaces. @throws UserError when another run is at work */
export function claimNamespaces(): void {
  const owner = ownerOf();
  if (owner !== undefined) {
    throw new UserError(
      `Another lab is at work (process ${owner}): wait for its end, or end it with \`kill ${owner}\`.`,
    );
  }
  rmSync(OWNER, { force: true });
  writeFileSync(OWNER, String(process.pid), { flag: "wx" });
}

function ownerOf(): number | undefined {
  try {
    const pid = Number(readFileSync(OWNER, "utf8"));
    // Process ids are used again: the owner is a process of this project.
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("packages/lab") ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the namespaces of this run or of an earlier one that was killed, and ends what still runs in them. */
export async function removeNamespaces(names: readonly string[] = existing()): Promise<number> {
  for (const name of names) {
    const { stdout } = await execa("ip", ["netns", "pids", name], { reject: false });
    for (const pid of stdout.split("\n").map(Number).filter(Boolean)) kill(pid);
  }
  if (names.length > 0) await ipBatch(names.map((name) => `netns del ${name}`));
  return names.length;
}

/** Whether a host, and so its network interface, is there. */
export const isThere = (host: string): boolean => existing().includes(namespaceOf(host));

/** After the removal. */
export function releaseNamespaces(): void {
  rmSync(OWNER, { force: true });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function existing(): string[] {
  try {
    return readdirSync(NAMESPACES).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
}

/** Runs commands of `ip`. @throws UserError with what it says */
export async function ipBatch(lines: readonly string[]): Promise<void> {
  const { failed, stderr } = await execa("ip", ["-batch", "-"], { input: `${lines.join("\n")}\n`, reject: false });
  if (failed) throw new UserError(`The hosts cannot be set up: ip says "${firstLine(stderr)}".`);
}

/** Runs a shell script with the network of a host. @throws UserError with what it says */
export async function runScript(host: string, script: string): Promise<void> {
  const [program = "", ...args] = within(host);
  const { failed, stderr } = await execa(program, [...args, "sh", "-e"], { input: script, reject: false });
  if (failed) throw new UserError(`Host ${host} cannot be set up: "${firstLine(stderr)}".`);
}

const firstLine = (text: string): string => text.trim().split("\n")[0] ?? "";
