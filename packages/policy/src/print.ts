import { table, wrap as wrapAt } from "@dev-one/cli/table";

import type { Finding, Report, Rule } from ".";
import { placeOf } from "./report-findings";

/** The report as text: findings, suppressed findings, and checks that a plan leaves undecided. */
export function printReport(report: Report): string {
  const { findings, accepted, undecided, checked } = report;
  const count = Object.values(checked).reduce((sum, each) => sum + each, 0);
  const parts: string[] = [];
  if (findings.length > 0) {
    const rows = findings.map((each) => [
      each.rule,
      wrap(placeOf(each), 40),
      wrap(each.problem, 40),
      wrap(each.remedy, 50),
    ]);
    parts.push(table(["rule", "where", "problem", "remedy"], rows));
  }
  if (accepted.length > 0) {
    const rows = accepted.map((each) => [each.rule, placeOf(each), each.until, wrap(each.reason, 60)]);
    parts.push(
      "Suppressed, in packages/policy/src/suppressions.ts:",
      table(["rule", "where", "until", "reason"], rows),
    );
  }
  if (undecided.length > 0) {
    const why = "values are known only after the apply; the rules check them in cdktf.out";
    parts.push(`Undecided, because ${why}: ${places(undecided)}.`);
  }
  parts.push(
    `${Object.keys(checked).length} rules checked ${count} resources: ${findings.length} findings, ${accepted.length} suppressed, ${undecided.length} undecided.`,
  );
  return parts.join("\n\n");
}

/** Every rule with the controls that it implements. */
export function printRules(rules: readonly Rule[]): string {
  return table(
    ["rule", "requirement", "checkov", "Security Hub", "CIS 3.0"],
    rules.map(({ id, title, controls: { checkov, securityHub, cis } = {} }) => [
      id,
      wrap(title, 50),
      (checkov ?? []).join("\n"),
      (securityHub ?? []).join("\n"),
      (cis ?? []).join("\n"),
    ]),
  );
}

function places(findings: readonly Finding[]): string {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules.map((rule) => `${rule} (${findings.filter((each) => each.rule === rule).length})`).join(", ");
}

/** Breaks paths after slashes, too. */
const wrap = (text: string, width: number): string => wrapAt(text, width, " |(?<=/)");
