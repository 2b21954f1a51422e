import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { parse } from "yaml";

const read = (file: string) => readFileSync(resolve(__dirname, "../../..", file), "utf8");

test("a pull request runs every test and every check", () => {
  const { jobs } = parse(read(".github/workflows/pull-request.yml")) as {
    jobs: Record<string, { steps?: { run?: string }[] }>;
  };
  const commands = Object.values(jobs).flatMap(({ steps = [] }) => steps.flatMap(({ run = "" }) => run.split("\n")));
  expect(commands).toEqual(expect.arrayContaining(["npm test", "npm run check"]));
});

test("the check is types, lint, format, pictures, pages of constructs and links", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  expect(scripts.check?.split(" && ")).toEqual(
    expect.arrayContaining([
      "tsc --noEmit",
      "eslint --max-warnings 0 .",
      "prettier --check .",
      "node tools/run.mjs tools/diagram/main.ts --check",
      "npm run --silent docs:api -- --check",
      "npm run --silent docs:links",
    ]),
  );
});
