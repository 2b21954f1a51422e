import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { writeJsonFile } from "@dev-one/cli/json";
import { findTerraform, Terraform } from "@dev-one/terraform-cli";
import { execa } from "execa";

import { hashOf, type Manifest, MANIFEST_FILE, PLAN_FILE, readManifest, stateVersion } from "./manifest";
import type { PlanStore } from "./plan-store";

/** Maximum wait for the state lock of another plan or apply. */
export const LOCK_TIMEOUT_SECONDS = 600;

/** Plans a stack into a directory: plan, its JSON, manifest. The plan and its JSON hold values of the state unencrypted. */
export async function planStack(root: string, stack: string, out: string): Promise<Manifest> {
  const { terraform, json } = await openStack(root, stack);
  mkdirSync(out, { recursive: true });
  const file = resolve(out, PLAN_FILE);
  const shown = join(out, `${stack}.json`);
  const state = stateVersion(await terraform.statePull());
  const { hasChanges } = await terraform.plan({ out: file, lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS });
  writeFileSync(shown, await terraform.planAsJson(file));
  const manifest: Manifest = {
    stack,
    commit: await gitObject(root, "HEAD"),
    plan: hashOf(file),
    json: hashOf(shown),
    configuration: hashOf(json),
    ...state,
    hasChanges,
  };
  writeJsonFile(join(out, MANIFEST_FILE), { ...manifest });
  return manifest;
}

/** Uploads a plan and its JSON to the store. Only the manifest is copied to a directory, which becomes the artefact. */
export async function keepPlan(store: PlanStore, plan: string, out: string): Promise<void> {
  const { stack } = readManifest(plan);
  await store.keep(stack, "tfplan", readFileSync(join(plan, PLAN_FILE)));
  await store.keep(stack, "json", readFileSync(join(plan, `${stack}.json`)));
  mkdirSync(out, { recursive: true });
  // Copied byte by byte, because the manifest's hash is signed.
  writeFileSync(join(out, MANIFEST_FILE), readFileSync(join(plan, MANIFEST_FILE)));
}

/** The hash of a commit, or with `^{tree}` of its tree. */
export async function gitObject(root: string, revision: string): Promise<string> {
  return (await execa("git", ["rev-parse", "--verify", revision], { cwd: root })).stdout.trim();
}

/** Terraform in the directory of a synthesized stack, initialized. */
export async function openStack(root: string, stack: string) {
  const workplace = join(root, "cdktf.out", "stacks", stack);
  const { executable } = await findTerraform({ root });
  const terraform = new Terraform({ executable, directory: workplace });
  await terraform.init();
  return { terraform, workplace, json: join(workplace, "cdk.tf.json") };
}
