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
    const now = estimate(after);
    const comparison = compare(estimate(before), now);
    const { notPriced } = comparison;
    const { region, date } = now.list ?? {};
    const cost = `${summaryOf(comparison)}, by prices of ${region ?? ""} of ${date ?? ""} and assumed traffic.`;
    const rest = ` Not priced (${notPriced.length}): ${notPriced.map(notPricedText).join("; ")}.`;
    return `Cost: ${now.list === undefined ? "not estimated." : cost}${notPriced.length === 0 ? "" : rest}`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `Cost: not estimated. ${error.message}`;
  }
}
