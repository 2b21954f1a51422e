import { review } from "../src/verdict";
import { cases } from "./corpus/cases";
import { source } from "./corpus/plans";
import { realPlans } from "./support/real-plans";

const TODAY = "2026-11-25";

test.each(cases)("$expected: $name", ({ plan, expected }) => {
  expect(review([source(plan)], { today: TODAY }).verdict).toBe(expected);
});

test.each(realPlans())("$scenario.verdict, class $scenario.danger: $scenario.name", ({ scenario, plan }) => {
  expect(review([plan], { today: TODAY })).toMatchObject({ verdict: scenario.verdict, danger: scenario.danger });
});
