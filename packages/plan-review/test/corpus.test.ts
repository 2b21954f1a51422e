import { committedPlan } from "../src/examples/committed";
import { scenarios } from "../src/examples/scenarios";
import { review } from "../src/verdict";
import { cases } from "./corpus/cases";
import { source } from "./corpus/plans";

const TODAY = "2026-11-25";

test.each(cases)("$expected: $name", ({ plan, expected }) => {
  expect(review([source(plan)], { today: TODAY }).verdict).toBe(expected);
});

test.each(scenarios)("%s (%s, %s): %s, class %s", (...scenario) => {
  const [, , , verdict, danger] = scenario;
  expect(review([committedPlan(scenario)], { today: TODAY })).toMatchObject({ verdict, danger });
});
