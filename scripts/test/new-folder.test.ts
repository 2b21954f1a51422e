import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

// The tools find a new folder in src or packages without an entry in any list, and check its imports like those of others.

const root = resolve(__dirname, "../..");
const copy = scratchDirectory();

beforeAll(() => {
  const files = ["package.json", "tsconfig.json", "eslint.config.mjs", "jest.config.mjs", ".dependency-cruiser.mjs"];
  const folders = ["packages/cli", "src/config", "src/network", "src/kms", "src/iam", "__tests__/support/test-run"];
  for (const path of [...files, ...folders, "scripts/bundle.mjs", "scripts/run.mjs"]) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  writeFileSync(join(copy, "package-lock.json"), "{}");
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));

  add("src/queues/queue.ts", 'import { Network } from "../network";\n\nexport const queue = Network.name;\n');
  add("__tests__/queues/queue.test.ts", "test.todo('queue');\n");
  add("packages/herald/package.json", '{ "name": "@dev-one/herald", "exports": { ".": "./src/index.ts" } }\n');
  add("packages/herald/src/index.ts", 'export const greeting = "hail";\n');
  add("packages/herald/test/greeting.test.ts", "test.todo('greeting');\n");
  add(
    "packages/crier/src/main.ts",
    'import { isJsonObject } from "@dev-one/cli/json";\nimport { greeting } from "@dev-one/herald";\n\nconsole.log(greeting, isJsonObject({}));\n',
  );
});

function add(file: string, text: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), text);
}

const node = (program: string, ...args: string[]): string =>
  execFileSync(process.execPath, [join(root, program), ...args], { cwd: copy, encoding: "utf8" });

const imports = [
  ["src/config/a.ts", "../network", "config-knows-no-constructs"],
  ["src/config/b.ts", "cdktf", "config-knows-no-constructs"],
  ["src/config/c.ts", "./schema/delivery", undefined],
  ["src/environments/a.ts", "../network", "environments-read-config-only"],
  ["src/queues/a.ts", "../network/vpc", "areas-through-their-index"],
  ["src/queues/b.ts", "@dev-one/cli/json", "areas-know-no-environment-and-no-stack"],
  ["src/queues/c.ts", "../config/derived/names", "config-through-its-index"],
  ["src/queues/d.ts", "../network", undefined],
  ["src/queues/e.ts", "../config", undefined],
  ["packages/herald/src/a.ts", "../../../src/network", "packages-read-json-and-environments"],
  ["packages/herald/src/b.ts", "cdktf", "packages-read-json-and-environments"],
  ["packages/herald/src/c.ts", "../../cli/src/json", "packages-through-their-exports"],
  ["packages/herald/src/d.ts", "../test/greeting.test", "sources-know-no-tests"],
  ["src/stacks/a.ts", "../network/vpc", "stacks-use-areas-through-their-index"],
  ["packages/herald/test/a.ts", "../../../src/network", "tests-of-packages-know-no-constructs"],
  ["packages/herald/src/e.ts", "@dev-one/cli/json", undefined],
  ["scripts/a.ts", "../packages/cli/src/json", "packages-by-their-names"],
] as const;

test("TypeScript finds a new folder", () => {
  const files = node("node_modules/typescript/bin/tsc", "--listFilesOnly");
  for (const file of ["src/queues/queue.ts", "packages/herald/src/index.ts", "packages/crier/src/main.ts"]) {
    expect(files).toContain(join(copy, file));
  }
});

test("ESLint finds a new folder", () => {
  for (const file of ["src/queues/queue.ts", "packages/herald/src/index.ts"]) {
    const { rules } = JSON.parse(node("node_modules/eslint/bin/eslint.js", "--print-config", file)) as {
      rules: object;
    };
    expect(rules).toHaveProperty(["no-restricted-imports"]);
    expect(rules).toHaveProperty(["@typescript-eslint/no-floating-promises"]);
  }
});

test("Jest finds the tests of a new folder, in the project of their location", () => {
  const listed = (project: string) => node("node_modules/jest/bin/jest.js", "--listTests", "--selectProjects", project);
  expect(listed("unit")).toContain("__tests__/queues/queue.test.ts");
  expect(listed("tools")).toContain("packages/herald/test/greeting.test.ts");
});

test("the bundler resolves new packages by name", () => {
  const output = execFileSync(process.execPath, ["scripts/run.mjs", "packages/crier/src/main.ts"], {
    cwd: copy,
    encoding: "utf8",
  });
  expect(output).toBe("hail true\n");
});

describe("dependency-cruiser", () => {
  let broken: Map<string, string[]>;

  beforeAll(() => {
    for (const [file, from] of imports) add(file, `import * as it from "${from}";\n\nexport const used = it;\n`);
    const program = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
    const args = ["--config", ".dependency-cruiser.mjs", "src", "packages", "scripts"];
    const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: copy, encoding: "utf8" });
    if (!stdout.includes("error ")) throw new Error(stderr);
    broken = new Map(imports.map(([file]) => [file, []]));
    for (const [, rule = "", file = ""] of stdout.matchAll(/error ([\w-]+): (\S+) →/g)) broken.get(file)?.push(rule);
  });

  test.each(imports.map(([file, from, rule]) => ({ file, from, rule, may: rule === undefined ? "may" : "may not" })))(
    "$file $may import $from",
    ({ file, rule }) => {
      const rules = broken.get(file)?.filter((each) => !each.startsWith("no-circles"));
      expect(rules).toEqual(rule === undefined ? [] : expect.arrayContaining([rule]));
    },
  );
});
