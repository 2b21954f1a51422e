import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

import { environments } from "../../../src/environments";
import { ensureCovered, lastApplied } from "../src/apply/unapplied";
import type { GitHub } from "../src/github";
import { changedStacks, deliveredStacks } from "../src/stacks";
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

const everywhere = (of: string | undefined) => new Map(environments.map(({ name }) => [name, of]));

/** Jobs of an apply, as GitHub names them, with their conclusions by environment. */
const jobs = (conclusions: Record<string, string>) =>
  Object.entries(conclusions).flatMap(([environment, conclusion]) =>
    deliveredStacks
      .filter((stack) => stack.environment === environment)
      .map(({ name }) => ({ name: `${environment} (${name}, us-east-1) / apply`, conclusion })),
  );

test("the last applied commit is that of main's newest successful run", async () => {
  const [first, second] = [commit("one"), commit("two")];
  expect(await lastApplied(github, root, second)).toEqual(everywhere(undefined));
  fake.applied = [{ id: 1, head_sha: first }];
  expect(await lastApplied(github, root, second)).toEqual(everywhere(first));
  const queries = fake.requests.map(({ query }) => Object.fromEntries(query));
  expect(queries).toContainEqual({ event: "push", branch: "main", status: "success", per_page: "1" });
});

describe("after a run that failed in another environment", () => {
  test.each([
    ["all jobs of an environment succeeded", jobs({ staging: "success", production: "failure" }), true],
    ["a job of an environment failed", jobs({ staging: "failure" }), false],
    ["a job of an environment was never started", jobs({ staging: "success" }).slice(1), false],
    ["an environment was skipped", [{ name: "staging", conclusion: "skipped" }], false],
  ])("a commit counts as applied only if %s", async (_, of, isApplied) => {
    const [first, second, third] = [commit("one"), commit("two"), commit("three")];
    fake.applied = [{ id: 1, head_sha: first }];
    fake.applies = [
      { id: 3, head_sha: third, conclusion: null },
      { id: 2, head_sha: second, conclusion: "failure" },
      { id: 1, head_sha: first, conclusion: "success" },
    ];
    fake.jobs.set(2, of);
    const since = await lastApplied(github, root, third);
    expect(since).toEqual(new Map([...everywhere(first), ["staging", isApplied ? second : first]]));
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
      ensureCovered(changedStacks([second, third]), names(third), everywhere("c0ffee".repeat(6)));
    }).toThrow(
      /^Not applied: production, production-monitoring changed since c0ffeec0ffee, which was applied last, and this pull request holds no plan of that\./,
    );
  });

  test("is covered by the next merge that plans the same stacks", () => {
    expect(() => {
      ensureCovered(changedStacks([second, third]), names(second, third), everywhere("c0ffee".repeat(6)));
    }).not.toThrow();
  });
});
