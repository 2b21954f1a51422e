import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { GitHub } from "./github";
import { hashOf, PLAN_FILE, readManifest, refuse, stateVersion, verify } from "./manifest";
import { gitObject, LOCK_TIMEOUT_SECONDS, openStack } from "./plan-stack";
import type { PlanStore } from "./plan-store";
import { type ExpectedRun, type ProofOptions, verifyProof } from "./proof";

export interface ApplyOptions extends ProofOptions {
  readonly root: string;
  readonly stack: string;
  /** Holds manifest and proof. */
  readonly directory: string;
  readonly expected: ExpectedRun;
  readonly store: PlanStore;
  readonly github: GitHub;
}

/**
 * Applies a plan that a run of the merged pull request made of exactly what was merged, if it is still of what is there.
 * @throws UserError otherwise, before anything is changed
 */
export async function applyStack(options: ApplyOptions): Promise<"applied" | "nothing to apply"> {
  const { root, stack, directory, store } = options;
  const manifest = readManifest(directory);
  await verifyTree(options);
  const { terraform, json, workplace } = await openStack(root, stack);
  const state = stateVersion(await terraform.statePull());
  verify(manifest, { stack, configuration: hashOf(json), state });
  if (!manifest.hasChanges) return "nothing to apply";
  const plan = await store.get(stack, "tfplan", manifest.plan);
  const file = join(workplace, PLAN_FILE);
  writeFileSync(file, plan, { mode: 0o600 });
  try {
    await terraform.applyPlan(file, { lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS });
  } finally {
    rmSync(file, { force: true });
  }
  return "applied";
}

/** What ran in the pull request must be what is on main now, file by file. */
async function verifyTree({ root, directory, expected, github, keys }: ApplyOptions): Promise<void> {
  const planned = await verifyProof(directory, expected, keys === undefined ? {} : { keys });
  const [then, now] = [await github.treeOf(planned), await gitObject(root, "HEAD^{tree}")];
  if (then !== now) {
    refuse(
      `main holds other files than those that were planned at ${planned.slice(0, 12)} (tree ${now.slice(0, 12)}, planned ${then.slice(0, 12)})`,
    );
  }
}
