import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { build } from "esbuild";

import { judgingFiles, judgingNotice } from "../src/judging-files";
import { FakeGitHub } from "./fake-github";

const root = resolve(__dirname, "../../..");
const codeOwners = readFileSync(join(root, ".github/CODEOWNERS"), "utf8");

/** The packages of this project, by the names that their importers use. */
function aliases(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(join(root, "packages")).flatMap((name) => {
      const file = join(root, "packages", name, "package.json");
      const { exports = {} } = JSON.parse(readFileSync(file, "utf8")) as { exports?: Record<string, string> };
      return Object.entries(exports).map(([key, path]) => [
        `@dev-one/${name}${key.slice(1)}`,
        join(root, "packages", name, path),
      ]);
    }),
  );
}

const JUDGING = [
  ".github/workflows/apply.yml",
  ".github/CODEOWNERS",
  "packages/delivery/src/main.ts",
  "packages/plan-review/src/checks/index.ts",
  "packages/plan-review/allowances.json",
  "packages/policy/src/main.ts",
  "packages/cost/src/cost-line.ts",
  "scripts/run.mjs",
  "packages/cli/src/json.ts",
  "scripts/setup/setup.mjs",
  "packages/terraform-cli/src/run.ts",
  "packages/policy/src/suppressions.ts",
  "src/iam/ci-apply-policy.ts",
  "src/storage/state-bucket.ts",
  "package.json",
  "package-lock.json",
];
const OTHERS = [
  "src/environments/staging.ts",
  "src/network/vpc.ts",
  "docs/delivery.md",
  "packages/diagram/src/main.ts",
  "README.md",
];

test("what reviews, judges or applies is told from what is reviewed", () => {
  expect(judgingFiles([...OTHERS, ...JUDGING])).toEqual(JUDGING);
  for (const file of JUDGING) expect({ file, isThere: existsSync(join(root, file)) }).toEqual({ file, isThere: true });
});

test("has owners, and no two", () => {
  for (const line of codeOwners.split("\n").filter((each) => each !== "" && !each.startsWith("#"))) {
    expect(line).toMatch(/^\S+ +@dev-one\/[\w-]+$/);
  }
});

test("holds all that the pipeline runs, but the configuration that it applies", async () => {
  const { metafile } = await build({
    entryPoints: ["delivery", "plan-review", "policy"].map((name) => join(root, "packages", name, "src", "main.ts")),
    absWorkingDir: root,
    outdir: root,
    bundle: true,
    packages: "external",
    alias: aliases(),
    platform: "node",
    format: "esm",
    metafile: true,
    write: false,
  });
  const files = Object.keys(metafile.inputs).filter((file) => !/^src\/(environments|config)\//.test(file));
  expect(files).toContain("packages/terraform-json/src/resources/stack.ts");
  expect(files.filter((file) => !judgingFiles([file]).includes(file))).toEqual([]);
});

test("refuses a pattern that it does not know", () => {
  expect(() => judgingFiles(["x"], "*.ts @dev-one/owners\n")).toThrow(
    ".github/CODEOWNERS: *.ts should be /directory/ or /file.",
  );
});

test("a change of it is said first, with its files, and nothing of them can be markup", () => {
  expect(judgingNotice(OTHERS)).toBe("");
  const notice = judgingNotice([
    ...OTHERS,
    "packages/plan-review/allowances.json",
    "packages/policy/src/`</code>@octocat.ts",
  ]);
  expect(notice).toMatch(
    /^> \[!CAUTION\]\n> \*\*This pull request changes what reviews, judges or applies plans\.\*\*/,
  );
  expect(notice).toContain("- `packages/plan-review/allowances.json`\n- `packages/policy/src/?</code>@octocat.ts`");
  expect(notice).not.toContain("vpc.ts");
  expect(judgingNotice(Array.from({ length: 30 }, (_, index) => `packages/policy/src/${index}.ts`))).toMatch(
    /\n- and 10 more$/,
  );
});

test("GitHub tells the files, also where they came from", async () => {
  const fake = new FakeGitHub();
  const github = await fake.start();
  fake.files = [
    ...Array.from({ length: 120 }, (_, index) => ({ filename: `docs/${index}.md` })),
    { filename: "docs/allowances.json", previous_filename: "packages/plan-review/allowances.json" },
  ];
  expect(judgingFiles(await github.filesOf(7))).toEqual(["packages/plan-review/allowances.json"]);
  await fake.stop();
});
