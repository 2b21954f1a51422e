import { readdirSync, readFileSync } from "node:fs";
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
