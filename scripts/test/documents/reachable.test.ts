import { documentsBelow, linksOf } from "./support/project";

test("every document can be reached from the README by links", () => {
  const documents = documentsBelow("docs");
  const reached = new Set(["README.md"]);
  for (const file of reached) {
    for (const target of linksOf(file)) if (documents.includes(target)) reached.add(target);
  }
  expect(documents.length).toBeGreaterThan(30);
  expect(documents.filter((file) => !reached.has(file))).toEqual([]);
});

test("the index of decisions links to every decision", () => {
  const decisions = documentsBelow("docs/decisions").filter((file) => !file.endsWith("README.md"));
  expect(decisions.filter((file) => !linksOf("docs/decisions/README.md").includes(file))).toEqual([]);
});
