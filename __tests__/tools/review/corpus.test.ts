import { review, type Verdict } from "../../../tools/review/verdict";
import { table } from "../../../tools/table";
import { cases } from "./corpus/cases";
import { source } from "./support/plans";
import { realPlans } from "./support/real-plans";

const TODAY = "2026-11-25";
const VERDICTS: readonly Verdict[] = ["nothing", "approve", "forbidden", "error"];

const corpus = [
  ...cases.map(({ name, plan, expected }) => ({ name, expected, plan: source(plan) })),
  ...realPlans().map(({ scenario, plan }) => ({ name: scenario.name, expected: scenario.verdict, plan })),
];
const found = new Map<string, Verdict>();

test.each(corpus)("$expected: $name", ({ name, expected, plan }) => {
  const { verdict } = review([plan], { today: TODAY });
  found.set(name, verdict);
  expect(verdict).toBe(expected);
});

test.each(realPlans())("the class of $scenario.name is $scenario.danger", ({ scenario, plan }) => {
  expect(review([plan], { today: TODAY }).danger).toBe(scenario.danger);
});

afterAll(() => {
  const rows = VERDICTS.map((expected) => [
    expected,
    ...VERDICTS.map((verdict) =>
      corpus.filter((each) => each.expected === expected && found.get(each.name) === verdict).length.toString(),
    ),
  ]);
  process.stdout.write(`${table(["expected, and found:", ...VERDICTS], rows)}\n`);
});
