import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { scratchCopy } from "../support/scratch-copy";
import { documentsBelow, ROOT } from "./support/project";

let copy: string;

beforeAll(() => {
  copy = scratchCopy();
});

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

test("npm run docs -- --check names every stale document and exits with 1", () => {
  const tracked = execFileSync("git", ["ls-files", "docs/*.svg"], { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
  const reviews = documentsBelow("docs/plan-reviews");
  const stale = [...tracked, ...reviews, "docs/alerts.md", "docs/cost.md", "docs/configuration.md"];
  for (const file of stale) appendFileSync(join(copy, file), "\n");

  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "docs", "--", "--check"], {
    cwd: copy,
    encoding: "utf8",
  });

  expect(stale.filter((file) => !stdout.includes(file))).toEqual([]);
  expect(stderr).toContain("`npm run docs` writes the stale documents anew.");
  expect(status).toBe(1);
});
