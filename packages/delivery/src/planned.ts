import { UserError } from "@dev-one/cli/user-error";

/** What earlier jobs came to, in GitHub's words, such as `success` or `skipped`. */
export interface Planning {
  readonly check: string;
  readonly plan: string;
  /** The stacks that the change touches, as JSON. */
  readonly stacks: string;
}

/**
 * Whether there are plans of all that the change touches: a job that is skipped counts as passed for GitHub, and must not for us.
 * @throws UserError unless everything was planned, or nothing was to be
 */
export function ensurePlanned({ check, plan, stacks }: Planning): "planned" | "nothing to plan" {
  if (check !== "success") throw new UserError(`The checks came to no good end (${check}): nothing can be reviewed.`);
  if (plan === "success") return "planned";
  if (plan === "skipped" && stacks === "[]") return "nothing to plan";
  if (plan === "skipped") {
    throw new UserError("The change touches environments and was not planned: a fork's has to be pushed as a branch.");
  }
  throw new UserError(`A plan came to no good end (${plan}): what cannot be planned is not reviewed.`);
}
