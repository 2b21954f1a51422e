import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { GitHub } from "../github";
import {
  hashOf,
  isPlannedAgainst,
  PLAN_FILE,
  readManifest,
  refuse,
  refuseState,
  stateVersion,
  verify,
} from "../plan/manifest";
import { gitObject, LOCK_TIMEOUT_SECONDS, openStack } from "../plan/plan-stack";
import type { PlanStore } from "../plan/plan-store";
import { type ExpectedRun, verifyProof } from "../plan/proof";

export interface ApplyOptions {
  readonly root: string;
  readonly stack: string;
  /** Directory that holds the manifest and its proof. */
  readonly directory: string;
  readonly expected: ExpectedRun;
  readonly store: PlanStore;
  readonly github: GitHub;
  /** As in `verifyProof`. */
  readonly keys?: string;
}

/**
 * Applies the plan that a run of the pull request made of exactly the merged tree, if the state has not changed since. If the state
 * has changed and a new plan is empty, the plan was applied before: so a job whose roll-out failed can be run again.
 * @throws UserError otherwise, before anything is changed
 */
export async function applyStack(options: ApplyOptions): Promise<"applied" | "applied already" | "nothing to apply"> {
  const { root, stack, directory, store } = options;
  const manifest = readManifest(directory);
  await verifyTree(options);
  const { terraform, json, workplace } = await openStack(root, stack);
  const state = stateVersion(await terraform.statePull());
  verify(manifest, { stack, configuration: hashOf(json) });
  const isDone = !isPlannedAgainst(manifest, state);
  if (isDone) {
    const { hasChanges } = await terraform.plan({ lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS });
    if (hasChanges) refuseState(manifest, state);
  } else {
    if (!manifest.hasChanges) return "nothing to apply";
    const file = join(workplace, PLAN_FILE);
    writeFileSync(file, await store.get(stack, "tfplan", manifest.plan), { mode: 0o600 });
    try {
      await terraform.applyPlan(file, { lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS });
    } finally {
      rmSync(file, { force: true });
    }
  }
  return isDone ? "applied already" : "applied";
}

/** The tree that was planned in the pull request must equal the tree on main now. */
async function verifyTree({ root, directory, expected, github, keys }: ApplyOptions): Promise<void> {
  const planned = await verifyProof(directory, expected, keys);
  const [then, now] = [await github.treeOf(planned), await gitObject(root, "HEAD^{tree}")];
  if (then !== now) {
    refuse(
      `main holds other files than those that were planned at ${planned.slice(0, 12)} (tree ${now.slice(0, 12)}, planned ${then.slice(0, 12)})`,
    );
  }
}
