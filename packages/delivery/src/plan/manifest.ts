import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type JsonObject, readJsonFile } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import * as z from "zod";

/** Hashes become names of S3 objects, so that anything else must be rejected. */
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** Identifies a plan between its review and its apply. It contains no value of the plan. */
const manifest = z
  .object({
    stack: z.string(),
    /** The commit that was planned. */
    commit: z.string(),
    /** SHA-256 of the plan file. */
    plan: hash,
    /** SHA-256 of the plan as JSON, which is what is reviewed. */
    json: hash,
    /** SHA-256 of the synthesized JSON. */
    configuration: hash,
    /** The state that the plan is based on; an empty lineage when there was none. */
    lineage: z.string(),
    serial: z.number(),
    hasChanges: z.boolean(),
  })
  .readonly();
export type Manifest = z.infer<typeof manifest>;

export type StateVersion = Pick<Manifest, "lineage" | "serial">;

export const PLAN_FILE = "plan.tfplan";
export const MANIFEST_FILE = "manifest.json";

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function hashOf(file: string): string {
  return sha256(readFileSync(file));
}

export function stateVersion(state: JsonObject | undefined): StateVersion {
  return { lineage: typeof state?.lineage === "string" ? state.lineage : "", serial: Number(state?.serial ?? 0) };
}

/** Reads the manifest in a directory. @throws UserError when it is missing or incomplete */
export function readManifest(directory: string): Manifest {
  const file = join(directory, MANIFEST_FILE);
  const { data, success } = manifest.safeParse(readJsonFile(file));
  if (!success) throw new UserError(`${file} is no manifest of a plan.`);
  return data;
}

/** @throws UserError saying why a plan is not applied, and that a new one is needed */
export function refuse(what: string): never {
  throw new UserError(
    `Not applied: ${what}. Plan and review it again, in a pull request that touches the environment (docs/delivery.md says how).`,
  );
}

/** Refuses a plan of another stack or of another configuration. @throws UserError saying which of them */
export function verify(manifest: Manifest, expected: { readonly stack: string; readonly configuration: string }): void {
  if (manifest.stack !== expected.stack) refuse(`the plan is of ${manifest.stack}, not of ${expected.stack}`);
  if (manifest.configuration !== expected.configuration) {
    refuse(`what is synthesized now differs from what was planned at ${manifest.commit.slice(0, 12)}`);
  }
}

/** Whether a plan is based on this state. */
export function isPlannedAgainst(manifest: Manifest, { lineage, serial }: StateVersion): boolean {
  return manifest.lineage === lineage && manifest.serial === serial;
}

/** @throws UserError saying how the state differs from the one that was planned against */
export function refuseState(manifest: Manifest, { lineage, serial }: StateVersion): never {
  if (manifest.lineage !== lineage) refuse("the state is another one than that which was planned against");
  refuse(`the state has changed since the plan (serial ${manifest.serial}, now ${serial})`);
}
