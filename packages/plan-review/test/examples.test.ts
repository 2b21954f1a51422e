import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { exampleIndex, exampleReview, reviewFile, REVIEWS } from "../src/examples/committed";
import { scenarios } from "../src/examples/scenarios";

const ROOT = resolve(__dirname, "..", "..", "..");

// When one differs on purpose: `npm run review:examples`.
test.each(scenarios)("the committed review of $name is up to date", (scenario) => {
  expect(readFileSync(reviewFile(ROOT, scenario), "utf8")).toBe(exampleReview(ROOT, scenario));
});

test("every scenario has a committed review, and no others exist", () => {
  expect(readdirSync(join(ROOT, REVIEWS)).sort()).toEqual(
    ["README.md", ...scenarios.map(({ name }) => `${name}.md`)].sort(),
  );
  expect(readFileSync(join(ROOT, REVIEWS, "README.md"), "utf8")).toBe(exampleIndex());
});

// What a scenario edits must still be there, or it would plan something else the next time.
test.each(scenarios.flatMap(({ name, edits }) => edits.map((edit, index) => ({ name, number: index + 1, ...edit }))))(
  "$name finds what its edit $number replaces in $file",
  ({ file, from }) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(readFileSync(join(ROOT, file), "utf8")).toMatch(from);
  },
);
