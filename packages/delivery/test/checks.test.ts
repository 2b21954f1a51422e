import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { parse } from "yaml";

const read = (file: string) => readFileSync(resolve(__dirname, "../../..", file), "utf8");

test("a pull request runs all tests and checks", () => {
  const { jobs } = parse(read(".github/workflows/pull-request.yml")) as {
    jobs: Record<string, { steps?: { run?: string }[] }>;
  };
  const commands = Object.values(jobs).flatMap(({ steps = [] }) => steps.flatMap(({ run = "" }) => run.split("\n")));
  expect(commands).toEqual(expect.arrayContaining(["npm test", "npm run check"]));
});

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
