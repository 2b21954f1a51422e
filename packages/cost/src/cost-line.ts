import { UserError } from "@dev-one/cli/user-error";
import type { RawPlan } from "@dev-one/terraform-json/read-plan";

import { compare, summaryOf } from "./compare";
import { estimate } from "./estimate";
import { notPricedText } from "./report";
import { fromChange } from "./resources";

/**
 * The line about cost in the review of a plan. It contains amounts and names of parts, and
 * names what is not priced. When the plan cannot be read, the line states the reason.
 *
 * @returns undefined when nothing in the plan's stack costs anything
 */
export function costLine(plan: RawPlan): string | undefined {
  try {
    const { before, after } = fromChange(plan);
    const [old, now] = [estimate(before), estimate(after)];
    const { list, notPriced } = now;
    const missing =
      notPriced.length === 0 ? [] : [`Not priced (${notPriced.length}): ${notPriced.map(notPricedText).join("; ")}.`];
    if (list === undefined || old.parts.length + now.parts.length === 0) {
      return missing.length === 0 ? undefined : `Cost: not estimated. ${missing.join("")}`;
    }
    const summary = `${summaryOf(compare(old, now))}, by prices of ${list.region} of ${list.date} and assumed traffic.`;
    return ["Cost:", summary, ...missing].join(" ");
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `Cost: not estimated. ${error.message}`;
  }
}
