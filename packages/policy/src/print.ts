import { table } from "@dev-one/cli/table";

import type { Finding, Report, Rule } from ".";

/** The report for people: what must be put right, what is accepted, what a plan cannot answer. */
export function printReport(report: Report): string {
  const { findings, accepted, undecided, judged } = report;
  const count = Object.values(judged).reduce((sum, each) => sum + each, 0);
  const parts = [
    ...(findings.length === 0 ? [] : [table(["rule", "where", "what is wrong", "what to do"], findings.map(row))]),
    ...(accepted.length === 0
      ? []
      : [
          "Suppressed, in packages/policy/src/suppressions.ts:",
          table(
            ["rule", "where", "until", "reason"],
            accepted.map((each) => [each.rule, place(each), each.until, wrap(each.reason, 60)]),
          ),
        ]),
    ...(undecided.length === 0 ? [] : [`Known only after the apply, and judged in cdktf.out: ${places(undecided)}.`]),
    `${Object.keys(judged).length} rules judged ${count} things: ${findings.length} findings, ${accepted.length} suppressed, ${undecided.length} undecided.`,
  ];
  return parts.join("\n\n");
}

/** Every rule with the controls that it answers to. */
export function printRules(rules: readonly Rule[]): string {
  return table(
    ["rule", "what is true", "checkov", "Security Hub", "CIS 3.0"],
    rules.map(({ id, title, controls: { checkov, securityHub, cis } }) => [
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
