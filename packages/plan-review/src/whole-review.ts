import { costLine } from "@dev-one/cost/cost-line";
import type { PlanSource } from "@dev-one/terraform-json/read-plan";

import { policyFindings } from "./policy";
import { type JsonReport, toJsonReport } from "./render/json-report";
import { type Rendered, renderMarkdown } from "./render/markdown";
import { type Review, review, type ReviewOptions } from "./verdict";

type RenderedReview = Rendered & { readonly jsonReport: JsonReport };

/** The comment and the JSON report of a review, with the verdict of the comment. */
export function renderReview(found: Review, date: string): RenderedReview {
  const rendered = renderMarkdown(found);
  return { ...rendered, jsonReport: toJsonReport(found, date, rendered.verdict) };
}

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
