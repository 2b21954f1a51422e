// Leaves a local cloud running, and stops it later.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { readJsonFile, writeJsonFile } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import type { Emulator } from "./emulator";

interface Kept {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
  readonly scratch: string;
}

const recordFile = (root: string): string => join(root, ".local-cloud", "kept.json");

/** Lets the emulator outlive this run, and records its process and address. */
export function keep(root: string, emulator: Emulator, scratch: string): void {
  const file = recordFile(root);
  mkdirSync(dirname(file), { recursive: true });
  writeJsonFile(file, { pid: emulator.pid, url: emulator.url, token: emulator.token, scratch });
  emulator.release();
}

/** @throws UserError when a kept local cloud is still running: its record would be lost */
export async function refuseSecondKept(root: string): Promise<void> {
  const kept = readRecord(root);
  if (kept !== undefined && (await isRunning(kept))) {
    throw new UserError(`A local cloud is already kept running at ${kept.url}: end it with \`npm start -- --stop\`.`);
  }
}

/**
 * Stops the kept local cloud by its process id, after its token identified it.
 *
 * @returns a message for the user
 */
export async function stopKept(root: string): Promise<string> {
  const kept = readRecord(root);
  if (kept === undefined) return "No local cloud is kept running.";
  const wasRunning = await isRunning(kept);
  if (wasRunning) process.kill(kept.pid, "SIGTERM");
  for (let waited = 0; await isRunning(kept); waited += 1) {
    if (waited === 50) throw new UserError(`The local cloud (process ${kept.pid}) did not end within 5 seconds.`);
    await setTimeout(100);
  }
  rmSync(kept.scratch, { recursive: true, force: true });
  rmSync(recordFile(root));
  return wasRunning
    ? `Ended the local cloud at ${kept.url}.`
    : "The local cloud had ended already; its files are removed.";
}

/**
 * The commands with which a user connects to a kept local cloud.
 *
 * @param directory directory of staging's Terraform files; undefined when nothing is deployed
 */
export function howToReach(
  env: Readonly<Record<string, string>>,
  scratch: string,
  directory: string | undefined,
): string {
  const exports = Object.entries(env)
    .filter(([, value]) => value !== "/dev/null")
    .map(([name, value]) => `  export ${name}=${value}`);
  return [
    "The local cloud is left running. To reach it:",
    ...exports,
    directory === undefined
      ? "There is nothing in it. How to deploy into it: docs/runbooks/first-deployment.md."
      : `Terraform's directory of staging is ${directory}; everything of this run is in ${scratch}.`,
    "To end it: npm start -- --stop",
  ].join("\n");
}

function readRecord(root: string): Kept | undefined {
  const file = recordFile(root);
  return existsSync(file) ? (readJsonFile(file) as unknown as Kept) : undefined;
}

/** Whether the recorded process, and not another one with the same id, responds at its address. */
async function isRunning({ pid, url, token }: Kept): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/_local-cloud/identity`, { signal: AbortSignal.timeout(2_000) });
    const identity = (await answer.json()) as { pid?: unknown; token?: unknown };
    return identity.pid === pid && identity.token === token;
  } catch {
    return false;
  }
}
