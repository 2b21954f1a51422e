import type { Review } from "../verdict";
import { type JsonReport, toJsonReport } from "./json-report";
import { type Rendered, renderMarkdown } from "./markdown";

export interface RenderedReview extends Rendered {
  readonly jsonReport: JsonReport;
}

export function renderReview(review: Review, date: string): RenderedReview {
  const rendered = renderMarkdown(review);
  return { ...rendered, jsonReport: toJsonReport(review, date, rendered.verdict) };
}
