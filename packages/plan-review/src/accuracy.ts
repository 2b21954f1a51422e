import { type Verdict, worstVerdict } from "./verdict";

/** The expected and the actual verdict of a plan. */
export interface ReviewedPlan {
  readonly expected: Verdict;
  readonly found: Verdict;
}

/** Plans with one expected verdict: how many got it, a more lenient one and a stricter one. */
export interface AccuracyRow {
  readonly expected: Verdict;
  readonly plans: number;
  readonly right: number;
  /** Plans with a missed danger. */
  readonly tooLenient: number;
  /** Plans that were stopped without need. */
  readonly tooStrict: number;
}

/** Row titles of the table. */
export const EXPECTATIONS: Readonly<Record<Verdict, string>> = {
  nothing: "harmless",
  approve: "a person must approve",
  forbidden: "forbidden",
  error: "not finished by Terraform",
};
const ORDER: readonly Verdict[] = ["forbidden", "approve", "error", "nothing"];

/** Compares expected and actual verdicts, the most dangerous first. */
export function accuracy(reviewed: readonly ReviewedPlan[]): AccuracyRow[] {
  return ORDER.map((expected) => {
    const plans = reviewed.filter((each) => each.expected === expected);
    const right = plans.filter(({ found }) => found === expected).length;
    const tooStrict = plans.filter(
      ({ found }) => found !== expected && worstVerdict([found, expected]) === found,
    ).length;
    return { expected, plans: plans.length, right, tooLenient: plans.length - right - tooStrict, tooStrict };
  });
}

/** Dangerous plans that were found and missed, and harmless ones that passed and were stopped. */
export function summary(rows: readonly AccuracyRow[]): string {
  const sum = (some: readonly AccuracyRow[], count: (row: AccuracyRow) => number): number =>
    some.reduce((total, row) => total + count(row), 0);
  const dangerous = rows.filter(({ expected }) => expected !== "nothing");
  const harmless = rows.filter(({ expected }) => expected === "nothing");
  const missed = sum(dangerous, ({ tooLenient }) => tooLenient);
  return [
    `dangerous: ${sum(dangerous, ({ plans }) => plans) - missed} found, ${missed} missed`,
    `harmless: ${sum(harmless, ({ right }) => right)} passed, ${sum(harmless, ({ tooStrict }) => tooStrict)} stopped`,
  ].join("; ");
}

export const ACCURACY_HEAD = ["plans of the corpus", "plans", "correct", "too lenient", "too strict"] as const;

/** The rows of a table. */
export function accuracyCells(rows: readonly AccuracyRow[]): string[][] {
  return rows.map(({ expected, plans, right, tooLenient, tooStrict }) => [
    EXPECTATIONS[expected],
    ...[plans, right, tooLenient, tooStrict].map((count) => count.toString()),
  ]);
}
