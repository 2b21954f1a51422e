import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { build as bundle, type Plugin } from "esbuild";

import { guardedFiles, guardedFilesNotice } from "../src/review/guarded-files";
import { FakeGitHub } from "./fake-github";

const root = resolve(__dirname, "../../..");
const codeOwners = readFileSync(join(root, ".github/CODEOWNERS"), "utf8");

/** Bundles the packages of this project, which npm links, and leaves all others outside. */
const othersAreExternal: Plugin = {
  name: "others-are-external",
  setup: (build) => {
    build.onResolve({ filter: /^[^./]/ }, ({ path }) =>
      path.startsWith("@dev-one/") ? undefined : { path, external: true },
    );
  },
};

const GUARDED = [
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

test("distinguishes files that review or apply plans from others", () => {
  expect(guardedFiles([...OTHERS, ...GUARDED])).toEqual(GUARDED);
  for (const file of GUARDED) expect({ file, isThere: existsSync(join(root, file)) }).toEqual({ file, isThere: true });
});

test("every CODEOWNERS entry has exactly one team", () => {
  for (const line of codeOwners.split("\n").filter((each) => each !== "" && !each.startsWith("#"))) {
    expect(line).toMatch(/^\S+ +@dev-one\/[\w-]+$/);
  }
});

test("covers every file that the pipeline runs, except the configuration that it applies", async () => {
  const { metafile } = await bundle({
    entryPoints: ["delivery", "plan-review", "policy"].map((name) => join(root, "packages", name, "src", "main.ts")),
    absWorkingDir: root,
    outdir: root,
    bundle: true,
    plugins: [othersAreExternal],
    platform: "node",
    format: "esm",
    metafile: true,
    write: false,
  });
  const files = Object.keys(metafile.inputs).filter((file) => !/^src\/(environments|config)\//.test(file));
  expect(files).toContain("packages/terraform-json/src/resources/stack.ts");
  expect(files.filter((file) => !guardedFiles([file]).includes(file))).toEqual([]);
});

test("rejects an unsupported pattern", () => {
  expect(() => guardedFiles(["x"], "*.ts @dev-one/owners\n")).toThrow(
    ".github/CODEOWNERS: *.ts should be /directory/ or /file.",
  );
});

test("the notice lists only the guarded files, formatted as code", () => {
  expect(guardedFilesNotice(OTHERS)).toBe("");
  const notice = guardedFilesNotice([
    ...OTHERS,
    "packages/plan-review/allowances.json",
    "packages/policy/src/`</code>@octocat.ts",
  ]);
  expect(notice).toMatch(/^> \[!CAUTION\]\n> \*\*This pull request changes code that reviews or applies plans\.\*\*/);
  expect(notice).toContain("- `packages/plan-review/allowances.json`\n- `packages/policy/src/?</code>@octocat.ts`");
  expect(notice).not.toContain("vpc.ts");
  expect(guardedFilesNotice(Array.from({ length: 30 }, (_, index) => `packages/policy/src/${index}.ts`))).toMatch(
    /\n- and 10 more$/,
  );
});

test("reads changed files from GitHub, including previous names of renamed ones", async () => {
  const fake = new FakeGitHub();
  const github = await fake.start();
  fake.files = [
    ...Array.from({ length: 120 }, (_, index) => ({ filename: `docs/${index}.md` })),
    { filename: "docs/allowances.json", previous_filename: "packages/plan-review/allowances.json" },
  ];
  expect(guardedFiles(await github.filesOf(7))).toEqual(["packages/plan-review/allowances.json"]);
  await fake.stop();
});
