import { UserError } from "@dev-one/cli/user-error";

/**
 * Checks that every stack that the change affects was planned. GitHub counts a skipped job as passed, so the results are checked
 * here.
 * @param check result of the job, as GitHub reports it, such as `success` or `skipped`; so is `plan`
 * @param stacks the stacks that the change affects, as JSON
 * @throws UserError unless all affected stacks were planned, or there were none
 */
export function ensurePlanned(check: string, plan: string, stacks: string): "planned" | "nothing to plan" {
  if (check !== "success") throw new UserError(`The checks came to no good end (${check}): nothing can be reviewed.`);
  if (plan === "success") return "planned";
  if (plan === "skipped" && stacks === "[]") return "nothing to plan";
  if (plan === "skipped") {
    throw new UserError("The change touches environments and was not planned: a fork's has to be pushed as a branch.");
  }
  throw new UserError(`A plan came to no good end (${plan}): what cannot be planned is not reviewed.`);
}
