import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

import { ensureCovered, lastApplied } from "../src/apply/unapplied";
import type { GitHub } from "../src/github";
import { changedStacks } from "../src/stacks";
import { FakeGitHub } from "./fake-github";

let fake: FakeGitHub;
let github: GitHub;
let root: string;

beforeEach(async () => {
  fake = new FakeGitHub();
  github = await fake.start();
  root = scratchDirectory();
  git("init", "--quiet", "--initial-branch=main");
});
afterEach(async () => {
  await fake.stop();
});

function git(...args: readonly string[]): string {
  const who = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...who, ...args], { cwd: root, encoding: "utf8" }).trim();
}

function commit(text: string): string {
  writeFileSync(join(root, "file"), text);
  git("add", "file");
  git("commit", "--quiet", "--message", text);
  return git("rev-parse", "HEAD");
}

test("the last applied commit is that of main's newest successful run", async () => {
  const [first, second] = [commit("one"), commit("two")];
  expect(await lastApplied(github, root, second)).toBeUndefined();
  fake.applied = [{ id: 1, head_sha: first }];
  expect(await lastApplied(github, root, second)).toBe(first);
  expect(Object.fromEntries(fake.requests.at(-1)?.query ?? [])).toMatchObject({
    event: "push",
    branch: "main",
    status: "success",
  });
});

test("rejects a repeated run of an older commit", async () => {
  const [first, second] = [commit("one"), commit("two")];
  fake.applied = [{ id: 2, head_sha: second }];
  await expect(lastApplied(github, root, first)).rejects.toThrow(/^Not applied: commit \w{12} was applied already/);
  fake.applied = [{ id: 2, head_sha: "f".repeat(40) }];
  await expect(lastApplied(github, root, first)).rejects.toThrow("Only main's newest commit is applied.");
});

describe("a merge that was never applied", () => {
  const names = (...files: string[]) => changedStacks(files).map(({ name }) => name);

  // Three merges: the first is applied, the second's apply was stopped, the third touches something else.
  const [second, third] = ["src/environments/production.ts", "src/environments/staging.ts"];

  test("is detected by the next merge, which plans another stack", () => {
    expect(() => {
      ensureCovered(changedStacks([second, third]), names(third), "c0ffee".repeat(6));
    }).toThrow(
      /^Not applied: production, production-monitoring changed since c0ffeec0ffee, which was applied last, and this pull request holds no plan of that\./,
    );
  });

  test("is covered by the next merge that plans the same stacks", () => {
    expect(() => {
      ensureCovered(changedStacks([second, third]), names(second, third), "c0ffee".repeat(6));
    }).not.toThrow();
  });
});
