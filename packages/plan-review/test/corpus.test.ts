import { resolve } from "node:path";

import { table } from "@dev-one/cli/table";

import { accuracy, ACCURACY_HEAD, accuracyCells, type ReviewedPlan, summary } from "../src/accuracy";
import { committedTable, corpus, corpusTable, verdictOf } from "../src/examples/corpus-accuracy";
import { review } from "../src/verdict";
import { realPlans } from "./support/real-plans";

const ROOT = resolve(__dirname, "..", "..", "..");
const plans = corpus(ROOT);
const judged: ReviewedPlan[] = [];

test.each(plans)("$expected: $name", (each) => {
  const found = verdictOf(each);
  judged.push({ expected: each.expected, found });
  expect(found).toBe(each.expected);
});

test.each(realPlans())("the class of $scenario.name is $scenario.danger", ({ scenario, plan }) => {
  expect(review([plan], { today: "2026-11-25" }).danger).toBe(scenario.danger);
});

// When it differs on purpose: `npm run review:examples`.
test("the table in docs/plan-review.md matches the corpus", () => {
  expect(judged).toHaveLength(plans.length);
  expect(committedTable(ROOT)).toBe(corpusTable(accuracy(judged)));
});

test("no two plans have the same name", () => {
  const names = plans.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("counts a wrong verdict as too lenient or too strict", () => {
  const rows = accuracy([
    { expected: "forbidden", found: "forbidden" },
    { expected: "forbidden", found: "approve" },
    { expected: "forbidden", found: "nothing" },
    { expected: "forbidden", found: "error" },
    { expected: "nothing", found: "nothing" },
    { expected: "nothing", found: "approve" },
    { expected: "approve", found: "nothing" },
  ]);
  expect(rows).toEqual([
    { expected: "forbidden", plans: 4, right: 1, tooLenient: 2, tooStrict: 1 },
    { expected: "approve", plans: 1, right: 0, tooLenient: 1, tooStrict: 0 },
    { expected: "error", plans: 0, right: 0, tooLenient: 0, tooStrict: 0 },
    { expected: "nothing", plans: 2, right: 1, tooLenient: 0, tooStrict: 1 },
  ]);
  expect(summary(rows)).toBe("dangerous: 2 found, 3 missed; harmless: 1 passed, 1 stopped");
});

afterAll(() => {
  const rows = accuracy(judged);
  process.stdout.write(`${table(ACCURACY_HEAD, accuracyCells(rows))}\n${summary(rows)}\n`);
});
