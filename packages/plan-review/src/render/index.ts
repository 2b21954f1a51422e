import type { Review, Verdict } from "../verdict";
import { renderTwin, type Twin } from "./json-report";
import { LONGEST_COMMENT, renderMarkdown } from "./markdown";

export interface RenderedReview {
  readonly markdown: string;
  readonly twin: Twin;
  /** That of the review, or "forbidden" where the comment cannot show all that somebody would have to approve. */
  readonly verdict: Verdict;
}

export function renderReview(review: Review, date: string, most = LONGEST_COMMENT): RenderedReview {
  const { markdown, showsAllDangers } = renderMarkdown(review, most);
  const verdict = showsAllDangers || review.verdict === "error" ? review.verdict : "forbidden";
  return { markdown, twin: renderTwin(review, date, verdict), verdict };
}
