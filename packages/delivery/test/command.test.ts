import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

import { environments } from "../../../src/environments";
import { deliveredStacks } from "../src/stacks";
import { FakeGitHub } from "./fake-github";

const root = resolve(__dirname, "../../..");
let fake: FakeGitHub;

beforeEach(async () => {
  fake = new FakeGitHub();
  await fake.start();
});
afterEach(async () => {
  await fake.stop();
});

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const command = [join("scripts", "run.mjs"), join("packages", "delivery", "src", "main.ts"), ...args];
  const github = {
    GITHUB_API_URL: fake.url,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "dev-one/infrastructure",
    GITHUB_TOKEN: "token",
    GITHUB_SHA: "c0ffee",
    GITHUB_RUN_ID: "42",
    PATH: process.env.PATH ?? "",
  };
  return await new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    execFile(process.execPath, command, { cwd: root, env: { ...github, ...env } }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test("drift that no plan corrects opens an issue, although the plan has no changes", async () => {
  const plan = scratchDirectory();
  const hash = "0".repeat(64);
  const manifest = { stack: "staging", commit: "c", plan: hash, json: hash, configuration: hash, lineage: "l" };
  writeFileSync(join(plan, "manifest.json"), JSON.stringify({ ...manifest, serial: 1, hasChanges: false }));
  const [before, after] = [{ ingress: [] }, { ingress: [{ from_port: 22 }] }];
  const drift = {
    address: "aws_security_group.g",
    mode: "managed",
    type: "aws_security_group",
    change: { actions: ["update"], before, after },
  };
  writeFileSync(
    join(plan, "staging.json"),
    JSON.stringify({ format_version: "1.2", planned_values: {}, resource_drift: [drift] }),
  );
  expect(await run(["drift", "--stack", "staging", "--plan", plan])).toEqual({
    code: 0,
    stdout: "staging: 1 differences, issue: opened.\n",
    stderr: "",
  });
  expect(fake.issues[0]?.body).toContain("aws_security_group.g: changed outside Terraform (update: ingress)");
});

test("reports a cancelled apply from the job results of GitHub", async () => {
  const JOBS = JSON.stringify({
    find: { result: "success", outputs: {} },
    staging: { result: "cancelled", outputs: {} },
  });
  expect(await run(["report-outcome"], { JOBS })).toMatchObject({ code: 0, stdout: "Issue: opened.\n" });
  expect(fake.issues[0]?.body).toContain("https://github.com/dev-one/infrastructure/actions/runs/42");
  expect(fake.issues[0]?.body).toContain("- staging: cancelled");
});

test("before the first apply, rejects a pull request that does not plan every stack", async () => {
  const repo = { full_name: "dev-one/infrastructure" };
  const [head, base] = [
    { ref: "feature", sha: "head", repo },
    { ref: "main", sha: "base", repo },
  ];
  fake.pulls = [{ number: 7, merged_at: "2026-11-25", merge_commit_sha: "c0ffee", head, base }];
  const reviewed = { event: "pull_request", conclusion: "success", head_sha: "head", head_branch: "feature" };
  fake.runs = [{ id: 42, ...reviewed, head_repository: repo, pull_requests: [] }];
  fake.artifacts = [{ name: "plan-staging", expired: false }];
  const refused = await run(["reviewed-run", "--commit", "c0ffee"]);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toMatch(
    /^Not applied: staging-monitoring changed and were never applied; production, .* were never applied.*\n$/,
  );
  const all = deliveredStacks;
  fake.artifacts = all.map(({ name }) => ({ name: `plan-${name}`, expired: false }));
  const found = await run(["reviewed-run", "--commit", "c0ffee"]);
  const stacksOf = (name: string) => JSON.stringify(all.filter(({ environment }) => environment === name));
  expect(found).toEqual({
    code: 0,
    stdout: [
      "run=42",
      "pull-request=7",
      "head=head",
      ...environments.map(({ name }) => `${name}=${stacksOf(name)}`),
      "",
    ].join("\n"),
    stderr: "",
  });
});

test.each([
  [["aply"], "unknown command 'aply'"],
  [["apply", "--stack", "staging", "--plan", "p", "--run", "latest", "--pull-request", "7"], '"latest" is no number'],
  [["apply", "--stack", "staging-state", "--plan", "p", "--run", "1", "--pull-request", "7"], "There is no stack"],
  [["keep", "--stack", "staging", "--plan", "nowhere", "--out", "o"], "manifest.json cannot be read"],
  [["report-outcome"], "JOBS is not set"],
  [["review", "--plans", "p"], "PULL_REQUEST is not set"],
])("reports wrong arguments in one sentence: %j", async (args, sentence) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout, lines: stderr.trim().split("\n").length }).toEqual({ code: 1, stdout: "", lines: 1 });
  expect(stderr).toContain(sentence);
});
