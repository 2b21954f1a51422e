import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const read = (file: string) => readFileSync(resolve(__dirname, "../../..", file), "utf8");

test("npm run check covers types, imports, lint, format and links, and no generated document", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const run = (name: string): string[] =>
    (scripts[name] ?? "").split(" && ").flatMap((command) => {
      const called = /^npm run --silent (\S+)$/.exec(command)?.[1];
      return called === undefined ? [command] : run(called);
    });
  expect(run("check")).toEqual([
    "tsc --noEmit",
    "depcruise --config .dependency-cruiser.mjs main.ts src packages scripts __tests__",
    "eslint --max-warnings 0 .",
    "prettier --check .",
    "remark --frail --quiet --no-stdout README.md docs src packages scripts",
  ]);
});
