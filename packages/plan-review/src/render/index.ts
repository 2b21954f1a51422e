import type { Review, Verdict } from "../verdict";
import { type JsonReport, toJsonReport } from "./json-report";
import { LONGEST_COMMENT, renderMarkdown } from "./markdown";

export interface RenderedReview {
  readonly markdown: string;
  readonly jsonReport: JsonReport;
  /** The verdict of the review, or "forbidden" where the comment cannot show all findings that need approval. */
  readonly verdict: Verdict;
}

export function renderReview(review: Review, date: string, most = LONGEST_COMMENT): RenderedReview {
  const { markdown, showsAllDangers } = renderMarkdown(review, most);
  const verdict = showsAllDangers || review.verdict === "error" ? review.verdict : "forbidden";
  return { markdown, jsonReport: toJsonReport(review, date, verdict), verdict };
}
