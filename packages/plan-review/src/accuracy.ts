import { type Verdict, worstVerdict } from "./verdict";

/** A plan whose verdict is known beforehand, and the one that the review came to. */
export interface Judged {
  readonly expected: Verdict;
  readonly found: Verdict;
}

/** How many plans of one kind were judged rightly, too mildly and too strictly. */
export interface ConfusionRow {
  readonly expected: Verdict;
  readonly plans: number;
  readonly right: number;
  /** A danger that was missed, wholly or in part. */
  readonly tooMild: number;
  /** Somebody was stopped for nothing. */
  readonly tooStrict: number;
}

/** In words of whoever reads the table. */
export const EXPECTATIONS: Readonly<Record<Verdict, string>> = {
  nothing: "harmless",
  approve: "a person must approve",
  forbidden: "forbidden",
  error: "not finished by Terraform",
};
const ORDER: readonly Verdict[] = ["forbidden", "approve", "error", "nothing"];

/** The verdicts of a corpus against what they must be, the most dangerous first. */
export function confusion(judged: readonly Judged[]): ConfusionRow[] {
  return ORDER.map((expected) => {
    const plans = judged.filter((each) => each.expected === expected);
    const right = plans.filter(({ found }) => found === expected).length;
    const tooStrict = plans.filter(
      ({ found }) => found !== expected && worstVerdict([found, expected]) === found,
    ).length;
    return { expected, plans: plans.length, right, tooMild: plans.length - right - tooStrict, tooStrict };
  });
}

/** Of all that is dangerous, and of all that is not: how much was found and missed, let through and stopped. */
export function summary(rows: readonly ConfusionRow[]): string {
  const sum = (some: readonly ConfusionRow[], count: (row: ConfusionRow) => number): number =>
    some.reduce((total, row) => total + count(row), 0);
  const dangerous = rows.filter(({ expected }) => expected !== "nothing");
  const harmless = rows.filter(({ expected }) => expected === "nothing");
  const missed = sum(dangerous, ({ tooMild }) => tooMild);
  return [
    `dangerous: ${sum(dangerous, ({ plans }) => plans) - missed} found, ${missed} missed`,
    `harmless: ${sum(harmless, ({ right }) => right)} passed, ${sum(harmless, ({ tooStrict }) => tooStrict)} stopped`,
  ].join("; ");
}

export const CONFUSION_HEAD = ["plans of the corpus", "plans", "judged so", "too mildly", "too strictly"] as const;

/** The rows of a table. */
export function confusionCells(rows: readonly ConfusionRow[]): string[][] {
  return rows.map(({ expected, plans, right, tooMild, tooStrict }) => [
    EXPECTATIONS[expected],
    ...[plans, right, tooMild, tooStrict].map((count) => count.toString()),
  ]);
}
