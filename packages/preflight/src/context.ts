import type { Stack } from "@dev-one/terraform-json/resources";

import type { Environment } from "../../../src/environments";
import type { Aws } from "./aws";
import { notAnswered } from "./failure";
import { type Finding } from "./finding";
import type { Managed } from "./managed";

/** The synthesized stacks of an environment: what it needs. */
export interface Stacks {
  readonly state: Stack;
  readonly platform: Stack;
  readonly monitoring: Stack;
}

export const allStacks = ({ state, platform, monitoring }: Stacks): Stack[] => [state, platform, monitoring];

export interface Context {
  readonly environment: Environment;
  readonly stacks: Stacks;
  readonly aws: Aws;
  readonly managed: Managed;
}

/** Looks at one part of an account. What cannot be asked is a finding, too. */
export interface Check {
  /** What the progress says. */
  readonly title: string;
  run(context: Context): Promise<Finding[]>;
}

/**
 * Findings of an action, or a warning when AWS does not answer it.
 * @param action IAM action, for a denial that does not name it
 */
export async function attempt(
  subject: string,
  action: string,
  find: () => Promise<Finding | Finding[]>,
): Promise<Finding[]> {
  try {
    return [await find()].flat();
  } catch (error) {
    return [notAnswered(subject, error, action)];
  }
}
