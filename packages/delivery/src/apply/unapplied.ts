import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

import type { GitHub } from "../github";
import type { DeliveredStack } from "../stacks";

const APPLY_WORKFLOW = "apply.yml";

/**
 * The commit of main that was applied last, with all its stacks.
 * @returns undefined before the first apply
 * @throws UserError when that commit is not before this one: a run that is started again must not apply an older commit
 */
export async function lastApplied(github: GitHub, root: string, commit: string): Promise<string | undefined> {
  const run = await github.lastSuccess(APPLY_WORKFLOW, "main");
  if (run === undefined) return undefined;
  const { exitCode } = await execa("git", ["merge-base", "--is-ancestor", run.head_sha, commit], {
    cwd: root,
    reject: false,
  });
  if (exitCode !== 0) {
    throw new UserError(
      `Not applied: commit ${run.head_sha.slice(0, 12)} was applied already, and is not before ${commit.slice(0, 12)}. Only main's newest commit is applied.`,
    );
  }
  return run.head_sha;
}

/**
 * This pull request's plans must cover every change since the last apply, because the apply of an earlier merge may have failed,
 * been refused, or been cancelled in the queue.
 * @throws UserError naming the stacks without a plan
 */
export function ensureCovered(
  stacks: readonly DeliveredStack[],
  planned: readonly string[],
  since: string | undefined,
): void {
  const missing = stacks.map(({ name }) => name).filter((name) => !planned.includes(name));
  if (missing.length === 0) return;
  const after = since === undefined ? "and were never applied" : `since ${since.slice(0, 12)}, which was applied last`;
  throw new UserError(
    `Not applied: ${missing.join(", ")} changed ${after}, and this pull request holds no plan of that. Plan and review all of it, in a pull request that touches the environment (docs/delivery.md says how).`,
  );
}
