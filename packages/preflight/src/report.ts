import { table, wrap } from "@dev-one/cli/table";

import type { Finding } from "./finding";

const ORDER = ["stop", "warning", "ok"] as const;
/** Characters of a column, so that the table fits into a terminal. */
const WIDTHS = { subject: 34, text: 60 };

/** The findings as a table, stops first, and one line that counts them. */
export function report(findings: readonly Finding[]): string {
  const sorted = ORDER.flatMap((verdict) => findings.filter((finding) => finding.verdict === verdict));
  const rows = sorted.map(({ verdict, subject, text, remedy }) => [
    verdict,
    wrap(subject, WIDTHS.subject),
    wrap(remedy === undefined ? text : `${text}\n-> ${remedy}`, WIDTHS.text),
  ]);
  const count = (verdict: Finding["verdict"]) => findings.filter((finding) => finding.verdict === verdict).length;
  const sum = `${count("ok")} ok, ${count("warning")} to look at (warning), ${count("stop")} to correct first (stop).`;
  return `${table(["", "what", "found, and what to do"], rows)}\n${sum}`;
}
