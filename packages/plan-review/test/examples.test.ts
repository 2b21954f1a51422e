import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { projectRoot } from "@dev-one/cli/project-root";

import { exampleDocuments, REVIEWS } from "../src/examples/committed";

const ROOT = projectRoot();
const documents = exampleDocuments();

// When one differs on purpose: `npm run review:examples`.
test.each(documents)("the committed %s is up to date", (name, text) => {
  expect(readFileSync(join(ROOT, REVIEWS, name), "utf8")).toBe(text);
});

test("no other reviews exist", () => {
  expect(readdirSync(join(ROOT, REVIEWS)).sort()).toEqual(documents.map(([name]) => name).sort());
});
