import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { areas, entryOf } from "../../documents/api/entries";
import { stalePages, writePages } from "../../documents/api/files";
import { ROOT } from "./support/project";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dev-one-api-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("an area's page is made of its index and of all of its constructs", () => {
  const area = join(directory, "src/edge");
  mkdirSync(join(area, "inner"), { recursive: true });
  writeFileSync(join(area, "index.ts"), 'export { Names } from "./names";\n');
  writeFileSync(join(area, "names.ts"), "export class Names extends Construct {}\n");
  writeFileSync(join(area, "inner/stack.ts"), "export abstract class Base extends TerraformStack {}\n");
  writeFileSync(join(area, "helper.ts"), "export class Helper {}\nclass Hidden extends Construct {}\n");
  expect(entryOf(directory, { name: "edge", summary: "DNS." })).toBe(
    `/**\n * DNS.\n *\n * @module edge\n */\n${["index", "inner/stack", "names"]
      .map((file) => `export * from ${JSON.stringify(join(area, file))};\n`)
      .join("")}`,
  );
});

test("every area of the sources has a page", () => {
  const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== "environments",
  );
  expect(areas.map(({ name }) => name).sort()).toEqual(folders.map(({ name }) => name).sort());
  expect(readdirSync(join(ROOT, "docs/api")).sort()).toEqual(
    ["README.md", ...areas.map(({ name }) => `${name}.md`)].sort(),
  );
});

describe("pages in a directory", () => {
  const pages = new Map([
    ["edge.md", "# edge\n"],
    ["network.md", "# network\n"],
  ]);

  test("that were just written are up to date", () => {
    writePages(pages, directory);
    expect(stalePages(pages, directory)).toEqual([]);
  });

  test("that say something else, are missing, or are left over are each named", () => {
    writePages(pages, directory);
    writeFileSync(join(directory, "edge.md"), "# Edge\n");
    rmSync(join(directory, "network.md"));
    writeFileSync(join(directory, "lambda.md"), "");
    expect(stalePages(pages, directory)).toEqual([
      "edge.md does not say what the docstrings say",
      "network.md is missing",
      "lambda.md is about an area that is not there",
    ]);
    writePages(pages, directory);
    expect(readdirSync(directory).sort()).toEqual(["edge.md", "network.md"]);
  });
});
