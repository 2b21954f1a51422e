import type { Review, Verdict } from "../verdict";
import { type JsonReport, toJsonReport } from "./json-report";
import { LONGEST_COMMENT, renderMarkdown } from "./markdown";

export interface RenderedReview {
  readonly markdown: string;
  readonly jsonReport: JsonReport;
  /** That of the review, or "forbidden" where the comment cannot show all that somebody would have to approve. */
  readonly verdict: Verdict;
}

export function renderReview(review: Review, date: string, most = LONGEST_COMMENT): RenderedReview {
  const { markdown, showsAllDangers } = renderMarkdown(review, most);
  const verdict = showsAllDangers || review.verdict === "error" ? review.verdict : "forbidden";
  return { markdown, jsonReport: toJsonReport(review, date, verdict), verdict };
}
