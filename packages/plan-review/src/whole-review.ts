import { costLine } from "@dev-one/cost/cost-line";
import type { PlanSource } from "@dev-one/terraform-json/read-plan";

import { policyFindings } from "./policy";
import { type RenderedReview, renderReview } from "./render";
import { review, type ReviewOptions } from "./verdict";

/** The review of plans: findings of the checks and of the policy rules, and the cost. */
export function wholeReview(
  sources: readonly PlanSource[],
  { today, allowances = [] }: Pick<ReviewOptions, "today" | "allowances">,
): RenderedReview {
  const found = review(sources, {
    today,
    allowances,
    policyFindings: (source) => policyFindings(source, today),
    cost: ({ plan }) => costLine(plan),
  });
  return renderReview(found, today);
}
