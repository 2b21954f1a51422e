import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import { assumptionsOf, type Overrides } from "./assumptions";
import { compare, type Comparison, summaryOf } from "./compare";
import { isPriced } from "./coverage";
import { estimate } from "./estimate";
import type { PriceList } from "./prices";
import { readPlan } from "./resources/planned";

export interface PlanComparison {
  readonly comparison: Comparison;
  readonly list: PriceList;
}

/** The cost difference that a plan makes in its stack. @throws UserError when something cannot be priced */
export function comparePlan(
  plan: JsonObject,
  overrides: (environment: string) => readonly Overrides[],
): PlanComparison {
  const { before, after } = readPlan(plan);
  const assumptions = assumptionsOf(after.environment, ...overrides(after.environment));
  const [old, now] = [estimate(before, assumptions), estimate(after, assumptions)];
  return { comparison: compare(old, now), list: now.list };
}

/**
 * The line about cost in the review of a plan, from the output of `terraform show -json`. It contains amounts and names of parts,
 * but no value of the plan. When the plan cannot be priced, the line states the reason.
 *
 * @returns undefined when nothing in the plan's stack has a price
 */
export function costLine(plan: JsonObject): string | undefined {
  try {
    const { before, after } = readPlan(plan);
    if (![...before.resources, ...after.resources].some(({ type }) => isPriced(type))) return undefined;
    const { comparison, list } = comparePlan(plan, () => []);
    return `Cost: ${summaryOf(comparison)}, by prices of ${list.region} of ${list.date} and assumed traffic.`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `Cost: not estimated. ${error.message}`;
  }
}
