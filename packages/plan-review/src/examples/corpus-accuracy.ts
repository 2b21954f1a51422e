import { readFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import type { PlanSource } from "@dev-one/terraform-json/read-plan";

import { accuracy, ACCURACY_HEAD, accuracyCells, type AccuracyRow, type ReviewedPlan, summary } from "../accuracy";
import { cases } from "../corpus/cases";
import { source } from "../corpus/plans";
import { review, type Verdict } from "../verdict";
import { committedPlan, EXAMPLE_DATE } from "./committed";
import { scenarios } from "./scenarios";

/** A plan of the corpus and its expected verdict. */
export interface CorpusPlan {
  readonly name: string;
  readonly expected: Verdict;
  readonly plan: PlanSource;
}

/** All plans with an expected verdict: handmade ones, and those by real Terraform. */
export function corpus(root: string): CorpusPlan[] {
  return [
    ...cases.map(({ name, plan, expected }) => ({ name, expected, plan: source(plan) })),
    ...scenarios.map((scenario) => ({
      name: scenario.name,
      expected: scenario.verdict,
      plan: committedPlan(root, scenario),
    })),
  ];
}

/** The review's verdict on a plan of the corpus. */
export function verdictOf({ plan }: CorpusPlan): Verdict {
  return review([plan], { today: EXAMPLE_DATE }).verdict;
}

/** Compares the verdicts on the whole corpus with the expected ones. */
export function corpusAccuracy(root: string): AccuracyRow[] {
  return accuracy(corpus(root).map((each): ReviewedPlan => ({ expected: each.expected, found: verdictOf(each) })));
}

export const DOCUMENT = join("docs", "plan-review.md");
const [BEGIN, END] = ["<!-- corpus -->", "<!-- /corpus -->"];

/** The expected table in docs/plan-review.md. */
export function corpusTable(rows: readonly AccuracyRow[]): string {
  const cells = [[...ACCURACY_HEAD], ...accuracyCells(rows)];
  const widths = ACCURACY_HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  const [head = [], ...body] = cells;
  return [line(head), rule, ...body.map(line), "", `In short: ${summary(rows)}.`].join("\n");
}

/** The table in the document. @throws UserError when there is no place for it */
export function committedTable(root: string): string {
  const { table } = parts(readFileSync(join(root, DOCUMENT), "utf8"));
  return table;
}

/** The document with the table of today's corpus. @throws UserError when there is no place for it */
export function corpusDocument(root: string): string {
  const { before, after } = parts(readFileSync(join(root, DOCUMENT), "utf8"));
  return `${before}${BEGIN}\n\n${corpusTable(corpusAccuracy(root))}\n\n${END}${after}`;
}

function parts(text: string): { before: string; table: string; after: string } {
  const [before = "", rest] = text.split(BEGIN);
  const [table, after = ""] = (rest ?? "").split(END);
  if (rest === undefined || table === undefined || !text.includes(END))
    throw new UserError(`${DOCUMENT} has no place for the table: expected ${BEGIN} and ${END}.`);
  return { before, table: table.trim(), after };
}
