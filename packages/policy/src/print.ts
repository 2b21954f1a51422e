import { table } from "@dev-one/cli/table";

import type { Finding, Report, Rule } from ".";

/** The report as text: findings, suppressed findings, and checks that a plan leaves undecided. */
export function printReport(report: Report): string {
  const { findings, accepted, undecided, checked } = report;
  const count = Object.values(checked).reduce((sum, each) => sum + each, 0);
  const parts = [
    ...(findings.length === 0 ? [] : [table(["rule", "where", "problem", "remedy"], findings.map(row))]),
    ...(accepted.length === 0
      ? []
      : [
          "Suppressed, in packages/policy/src/suppressions.ts:",
          table(
            ["rule", "where", "until", "reason"],
            accepted.map((each) => [each.rule, place(each), each.until, wrap(each.reason, 60)]),
          ),
        ]),
    ...(undecided.length === 0
      ? []
      : [
          `Undecided, because values are known only after the apply; the rules check them in cdktf.out: ${places(undecided)}.`,
        ]),
    `${Object.keys(checked).length} rules checked ${count} resources: ${findings.length} findings, ${accepted.length} suppressed, ${undecided.length} undecided.`,
  ];
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

function row(finding: Finding): string[] {
  return [finding.rule, wrap(place(finding), 40), wrap(finding.problem, 40), wrap(finding.remedy, 50)];
}

function place({ stack, path }: Finding): string {
  return [stack, path].filter((part) => part !== "").join("/");
}

function places(findings: readonly Finding[]): string {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules.map((rule) => `${rule} (${findings.filter((each) => each.rule === rule).length})`).join(", ");
}

/** Breaks at spaces, and after slashes in paths without any. */
function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<=[ /])/)) {
    if (line !== "" && line.length + word.trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += word;
  }
  return [...lines, line].join("\n");
}
