import { UserError } from "@dev-one/cli/user-error";
import type { RawPlan } from "@dev-one/terraform-json/read-plan";

import { compare, summaryOf } from "./compare";
import { isPriced } from "./coverage";
import { estimate } from "./estimate";
import { notPricedText } from "./report";
import { fromChange } from "./resources";

/**
 * The line about cost in the review of a plan. It contains amounts and names of parts, and
 * names what is not priced. When the plan cannot be read, the line states the reason.
 *
 * @returns undefined when no type of the plan's stack has a price
 */
export function costLine(plan: RawPlan): string | undefined {
  if (!(plan.resource_changes ?? []).some(({ type }) => isPriced(type))) return undefined;
  try {
    const { before, after } = fromChange(plan);
    const [old, now] = [estimate(before), estimate(after)];
    const comparison = compare(old, now);
    const { list } = now;
    const { notPriced } = comparison;
    const missing =
      notPriced.length === 0 ? [] : [`Not priced (${notPriced.length}): ${notPriced.map(notPricedText).join("; ")}.`];
    if (list === undefined) return ["Cost: not estimated.", ...missing].join(" ");
    const summary = `${summaryOf(comparison)}, by prices of ${list.region} of ${list.date} and assumed traffic.`;
    return ["Cost:", summary, ...missing].join(" ");
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `Cost: not estimated. ${error.message}`;
  }
}
