import type { PlanSource } from "@dev-one/terraform-json/read-plan";

import { costLines } from "./cost";
import type { Allowance } from "./finding";
import { policyFindings } from "./policy";
import { type RenderedReview, renderReview } from "./render";
import { review } from "./verdict";

export interface WholeReviewOptions {
  /** The day for the end dates of allowances and suppressions, such as `2026-11-25`. */
  readonly today: string;
  /** @default none */
  readonly allowances?: readonly Allowance[];
}

/** The review of plans: findings of the checks and of the policy rules, and the cost. */
export function wholeReview(sources: readonly PlanSource[], options: WholeReviewOptions): RenderedReview {
  const { today, allowances = [] } = options;
  const found = review(sources, {
    today,
    allowances,
    policyFindings: policyFindings(sources, today),
    costs: costLines(sources),
  });
  return renderReview(found, today);
}
