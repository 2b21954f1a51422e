import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

import { environments } from "../../../../src/environments";
import type { GitHub } from "../github";
import { type DeliveredStack, deliveredStacks } from "../stacks";

export const APPLY_WORKFLOW = "apply.yml";

/** The commit of main that was applied last, by environment; undefined before the first apply. */
export type LastApplied = ReadonlyMap<string, string | undefined>;

/**
 * The commit of main that each environment had applied last, with all its stacks: that of the newest run that succeeded, or of a later one
 * that failed only in other environments.
 * @throws UserError when such a commit is not before this one: a run that is started again must not apply an older commit
 */
export async function lastApplied(github: GitHub, root: string, commit: string): Promise<LastApplied> {
  const success = await github.lastSuccess(APPLY_WORKFLOW, "main");
  const since = new Map(environments.map(({ name }) => [name, success?.head_sha]));
  const runs = await github.pushRuns(APPLY_WORKFLOW, "main");
  // The oldest first, so that the newest counts.
  for (const run of runs.filter(({ id, conclusion }) => conclusion !== null && id > (success?.id ?? 0)).reverse()) {
    const jobs = await github.jobsOf(run.id);
    for (const { name } of environments) {
      const own = jobs.filter((job) => job.name.startsWith(`${name} `));
      const stacks = deliveredStacks.filter(({ environment }) => environment === name);
      const isApplied = own.length >= stacks.length && own.every(({ conclusion }) => conclusion === "success");
      if (isApplied) since.set(name, run.head_sha);
    }
  }
  for (const applied of new Set(since.values())) {
    if (applied !== undefined) await ensureBefore(root, applied, commit);
  }
  return since;
}

async function ensureBefore(root: string, applied: string, commit: string): Promise<void> {
  const { exitCode } = await execa("git", ["merge-base", "--is-ancestor", applied, commit], {
    cwd: root,
    reject: false,
  });
  if (exitCode === 0) return;
  throw new UserError(
    `Not applied: commit ${applied.slice(0, 12)} was applied already, and is not before ${commit.slice(0, 12)}. Only main's newest commit is applied.`,
  );
}

/**
 * This pull request's plans must cover every change since the last apply, because the apply of an earlier merge may have failed,
 * been refused, or been cancelled in the queue.
 * @throws UserError naming the stacks without a plan
 */
export function ensureCovered(stacks: readonly DeliveredStack[], planned: readonly string[], since: LastApplied): void {
  const missing = [...since].flatMap(([name, commit]) => {
    const own = stacks.filter((stack) => stack.environment === name && !planned.includes(stack.name));
    const after =
      commit === undefined ? "and were never applied" : `since ${commit.slice(0, 12)}, which was applied last`;
    return own.length === 0 ? [] : [`${own.map((stack) => stack.name).join(", ")} changed ${after}`];
  });
  if (missing.length === 0) return;
  throw new UserError(
    `Not applied: ${missing.join("; ")}, and this pull request holds no plan of that. Plan and review all of it, in a pull request that touches the environment (docs/delivery.md says how).`,
  );
}
