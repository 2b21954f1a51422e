import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { judgingFiles, judgingNotice } from "../../../tools/ci/judging-files";
import { FakeGitHub } from "./fake-github";

const root = resolve(__dirname, "../../..");
const JUDGING = [
  ".github/workflows/apply.yml",
  ".github/CODEOWNERS",
  "tools/ci/main.ts",
  "tools/review/judges/index.ts",
  "tools/review/allowances.json",
  "tools/policy/main.ts",
  "tools/cost/cost-line.ts",
  "tools/run.mjs",
  "tools/json.ts",
  "tools/setup/setup.mjs",
  "tools/terraform/run.ts",
  "src/policy/suppressions.ts",
  "src/delivery/writing.ts",
  "src/state/state-bucket.ts",
  "package.json",
  "package-lock.json",
];
const OTHERS = [
  "src/config/staging.ts",
  "src/network/vpc.ts",
  "docs/delivery.md",
  "tools/diagram/main.ts",
  "README.md",
];

test("what reviews, judges or applies is told from what is reviewed", () => {
  expect(judgingFiles([...OTHERS, ...JUDGING])).toEqual(JUDGING);
  for (const file of JUDGING) expect({ file, isThere: existsSync(join(root, file)) }).toEqual({ file, isThere: true });
});

test("it has owners, every file of it, and nothing else has", () => {
  const patterns = readFileSync(join(root, ".github/CODEOWNERS"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(/\s+/));
  for (const [, owner, ...others] of patterns) {
    expect(owner).toMatch(/^@dev-one\/[\w-]+$/);
    expect(others).toEqual([]);
  }
  const isOwned = (file: string) =>
    patterns.some(([pattern = ""]) => {
      const path = pattern.slice(1);
      if (path.endsWith("/")) return file.startsWith(path);
      const [before = "", after] = path.split("*");
      if (after === undefined) return file === path;
      return file.startsWith(before) && file.endsWith(after) && !file.slice(before.length).includes("/");
    });
  expect(JUDGING.filter((file) => !isOwned(file))).toEqual([]);
  expect(OTHERS.filter(isOwned)).toEqual([]);
});

test("a change of it is said first, with its files, and nothing of them can be markup", () => {
  expect(judgingNotice(OTHERS)).toBe("");
  const notice = judgingNotice([...OTHERS, "tools/review/allowances.json", "src/policy/`</code>@octocat.ts"]);
  expect(notice).toMatch(
    /^> \[!CAUTION\]\n> \*\*This pull request changes what reviews, judges or applies plans\.\*\*/,
  );
  expect(notice).toContain("- `tools/review/allowances.json`\n- `src/policy/?</code>@octocat.ts`");
  expect(notice).not.toContain("vpc.ts");
  expect(judgingNotice(Array.from({ length: 30 }, (_, index) => `src/policy/${index}.ts`))).toMatch(/\n- and 10 more$/);
});

test("GitHub tells the files, also where they came from", async () => {
  const fake = new FakeGitHub();
  const github = await fake.start();
  fake.files = [
    ...Array.from({ length: 120 }, (_, index) => ({ filename: `docs/${index}.md` })),
    { filename: "docs/allowances.json", previous_filename: "tools/review/allowances.json" },
  ];
  expect(judgingFiles(await github.filesOf(7))).toEqual(["tools/review/allowances.json"]);
  await fake.stop();
});
