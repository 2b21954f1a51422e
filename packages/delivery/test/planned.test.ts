import { ensurePlanned } from "../src/review/planned";

const STACKS = '[{"name":"staging"}]';

test.each([
  ["success", "success", STACKS, "planned"],
  ["success", "skipped", "[]", "nothing to plan"],
])("passes: check %s, plan %s of %s", (check, plan, stacks, expected) => {
  expect(ensurePlanned(check, plan, stacks)).toBe(expected);
});

test.each([
  ["success", "failure", STACKS, /A plan came to no good end \(failure\)/],
  ["success", "cancelled", STACKS, /A plan came to no good end \(cancelled\)/],
  ["success", "skipped", STACKS, /was not planned/],
  ["success", "skipped", "", /was not planned/],
  ["failure", "skipped", "", /The checks came to no good end \(failure\)/],
  ["skipped", "skipped", "[]", /The checks came to no good end \(skipped\)/],
])("fails: check %s, plan %s of %s", (check, plan, stacks, message) => {
  expect(() => ensurePlanned(check, plan, stacks)).toThrow(message);
});
