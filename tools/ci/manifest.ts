import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { type JsonObject, readJsonFile } from "../json";
import { UserError } from "../user-error";

/** What travels with a plan from its review to its apply. */
export interface Manifest {
  readonly stack: string;
  /** The commit that was planned. */
  readonly commit: string;
  /** SHA-256 of the plan file. */
  readonly plan: string;
  /** SHA-256 of the synthesized JSON. */
  readonly configuration: string;
  /** The state that it was planned against; an empty lineage when there was none. */
  readonly lineage: string;
  readonly serial: number;
  readonly hasChanges: boolean;
}

export interface StateVersion {
  readonly lineage: string;
  readonly serial: number;
}

export const PLAN_FILE = "plan.tfplan";
export const MANIFEST_FILE = "manifest.json";

export function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

export function stateVersion(state: JsonObject | undefined): StateVersion {
  return { lineage: typeof state?.lineage === "string" ? state.lineage : "", serial: Number(state?.serial ?? 0) };
}

/** Reads the manifest in a directory. @throws UserError when it is missing or incomplete */
export function readManifest(directory: string): Manifest {
  const file = join(directory, MANIFEST_FILE);
  const json = readJsonFile(file);
  const texts = ["stack", "commit", "plan", "configuration", "lineage"].every((key) => typeof json[key] === "string");
  if (!texts || typeof json.serial !== "number" || typeof json.hasChanges !== "boolean") {
    throw new UserError(`${file} is no manifest of a plan.`);
  }
  return json as unknown as Manifest;
}

/**
 * Refuses a plan that is not the reviewed one, or not of what is there now.
 * @throws UserError saying which of them, and that a new plan is needed
 */
export function verify(
  directory: string,
  expected: { readonly stack: string; readonly configuration: string; readonly state: StateVersion },
): Manifest {
  const manifest = readManifest(directory);
  const plan = join(directory, PLAN_FILE);
  const refuse = (what: string): never => {
    throw new UserError(
      `Not applied: ${what}. Plan and review it anew, in a pull request that touches the environment (docs/delivery.md says how).`,
    );
  };
  if (manifest.stack !== expected.stack) refuse(`the plan is of ${manifest.stack}, not of ${expected.stack}`);
  if (!existsSync(plan) || hashOf(plan) !== manifest.plan) refuse("the plan is not the one whose hash was reviewed");
  if (manifest.configuration !== expected.configuration) {
    refuse(`what is synthesized now differs from what was planned at ${manifest.commit.slice(0, 12)}`);
  }
  const { lineage, serial } = expected.state;
  if (manifest.lineage !== lineage) refuse("the state is another one than that which was planned against");
  if (manifest.serial !== serial)
    refuse(`the state has changed since the plan (serial ${manifest.serial}, now ${serial})`);
  return manifest;
}
