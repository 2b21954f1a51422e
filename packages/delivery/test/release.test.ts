import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { writeJsonFile } from "@dev-one/cli/json";
import { scratchDirectory } from "@dev-one/cli/test/files";

import type { GitHub } from "../src/github";
import { prove } from "../src/plan/proof";
import { mergeRelease, openPullRequest, planWaitingReleases, reasonForApproval } from "../src/review/release";
import { FakeGitHub } from "./fake-github";
import { CLAIMS, FakeServices } from "./fake-services";

const STACKS = ["production", "production-monitoring"];
const RELEASE = { filename: "src/environments/releases/production.json", status: "modified" };
const [PLANNED, OTHER] = ["a".repeat(64), "b".repeat(64)] as const;

let services: FakeServices;
let fake: FakeGitHub;
let github: GitHub;
let artefacts: string;

beforeAll(async () => {
  services = new FakeServices();
  await services.start();
});
afterAll(async () => {
  await services.stop();
});
beforeEach(async () => {
  services.claims = {};
  fake = new FakeGitHub();
  github = await fake.start();
  artefacts = scratchDirectory();
  for (const stack of STACKS) await keep(stack);
  review(0);
  fake.merged = [RELEASE];
  fake.files = [RELEASE];
});
afterEach(async () => {
  await fake.stop();
});

/** The artefact of a plan. */
async function keep(stack: string): Promise<void> {
  const directory = join(artefacts, `plan-${stack}`);
  mkdirSync(directory, { recursive: true });
  const manifest = {
    stack,
    commit: "c",
    plan: PLANNED,
    json: PLANNED,
    configuration: PLANNED,
    lineage: "l",
    serial: 1,
  };
  writeFileSync(join(directory, "manifest.json"), JSON.stringify({ ...manifest, hasChanges: true }));
  await prove(directory);
}

/** The artefact of the review. */
function review(exitCode: number, stacks = STACKS, jsonSha256: string = PLANNED, path = "user_data"): void {
  mkdirSync(join(artefacts, "review"), { recursive: true });
  writeJsonFile(join(artefacts, "review", "review.json"), {
    schema: "dev-one/plan-review",
    version: 1,
    exitCode,
    stacks: stacks.map((name) => ({ name, plan: { jsonSha256 }, changes: [{ differences: [{ path }] }] })),
  });
}

const reason = () =>
  reasonForApproval({
    github,
    artefacts,
    head: "head",
    expected: { repository: "dev-one/infrastructure", pullRequest: 7, run: 42 },
    keys: services.jwks,
  });

test("a release passes whose review has found nothing to approve", async () => {
  expect(await reason()).toBeUndefined();
  expect(fake.requests.map(({ path }) => path)).toContain(`/compare/base...${String(CLAIMS.sha)}`);
});

describe("a person must approve", () => {
  test.each([
    ["another file beside the release", { filename: "src/environments/production.ts", status: "modified" }],
    ["a workflow beside the release", { filename: ".github/workflows/pull-request.yml", status: "modified" }],
    ["an added file of releases", { filename: "src/environments/releases/other.json", status: "added" }],
    ["a file below that of the releases", { filename: `${RELEASE.filename}/a`, status: "modified" }],
    ["a release file that was removed", { ...RELEASE, status: "removed" }],
    ["a file that was renamed to that of the releases", { ...RELEASE, status: "renamed" }],
  ])("%s", async (_, file) => {
    fake.merged = [RELEASE, file];
    expect(await reason()).toBe(`its plans are of other files than releases: ${file.filename} (${file.status})`);
  });

  test.each([
    ["that have the merge of an earlier head", ["base", "older"]],
    ["of no merge", ["base"]],
    ["of a merge of three commits", ["base", "head", "third"]],
    ["of a merge whose parents are exchanged", ["head", "base"]],
  ])("plans %s", async (_, parents) => {
    fake.parents = parents;
    expect(await reason()).toBe("its plans are not of its newest commit head");
  });

  test("plans of a merge into a commit that is not on main", async () => {
    fake.ahead = 1;
    expect(await reason()).toBe("its plans are not of a merge into main");
  });

  test.each([
    ["another file", { filename: "src/environments/production.ts" }, "src/environments/production.ts"],
    ["a renamed file", { ...RELEASE, previous_filename: "main.ts" }, "main.ts"],
  ])("%s of the pull request that the planned merge does not have", async (_, file, other) => {
    // Such as on the second page of GitHub's list.
    fake.files = [...Array.from({ length: 100 }, () => RELEASE), file];
    expect(await reason()).toBe(`it changes other files than releases: ${other}`);
  });

  test("a pull request without files", async () => {
    fake.files = [];
    expect(await reason()).toBe("it changes other files than releases: none");
  });

  test("many other files, of which it names the first", async () => {
    fake.merged = ["a", "b", "c", "d", "e"].map((filename) => ({ filename, status: "added" }));
    expect(await reason()).toBe(
      "its plans are of other files than releases: a (added), b (added), c (added) and 2 more",
    );
  });

  test("a change of no file", async () => {
    fake.merged = [];
    expect(await reason()).toBe("its plans are of other files than releases: none");
  });

  test.each([1, 2, 3])("a review with exit code %i", async (exitCode) => {
    review(exitCode);
    expect(await reason()).toBe("the review asks for an approval of its plan");
  });

  test("another image, because it may be of any account", async () => {
    review(0, STACKS, PLANNED, "image_id");
    expect(await reason()).toBe("its plan changes an image");
  });

  test("a review that is not there", async () => {
    writeJsonFile(join(artefacts, "review", "review.json"), { exitCode: 0 });
    expect(await reason()).toBe("there is no review of the plan of production, production-monitoring");
  });

  test("a review of another plan", async () => {
    review(0, STACKS, OTHER);
    expect(await reason()).toBe("there is no review of the plan of production, production-monitoring");
  });

  test("a stack that was not reviewed", async () => {
    review(0, ["production"]);
    expect(await reason()).toBe("there is no review of the plan of production-monitoring");
  });

  test("a stack that was not planned", async () => {
    rmSync(join(artefacts, "plan-production-monitoring"), { recursive: true });
    expect(await reason()).toBe("there is no review of the plan of production-monitoring");
  });

  test("a change without plans", async () => {
    for (const stack of STACKS) rmSync(join(artefacts, `plan-${stack}`), { recursive: true });
    expect(await reason()).toBe("it has no plan");
  });
});

test.each([
  ["another run", { run_id: "43" }],
  ["another pull request", { ref: "refs/pull/8/merge" }],
  ["another workflow", { workflow_ref: "dev-one/infrastructure/.github/workflows/mine.yml@refs/pull/7/merge" }],
])("a release with a plan of %s is an error", async (_, claims) => {
  services.claims = claims;
  await keep("production");
  await expect(reason()).rejects.toThrow("it is of another run");
});

test("a release with plans of two commits is an error", async () => {
  services.claims = { sha: "c".repeat(40) };
  await keep("production");
  await expect(reason()).rejects.toThrow("plans of more than one commit");
});

const ours = { full_name: "dev-one/infrastructure" };
const run = {
  id: 42,
  event: "pull_request",
  conclusion: "success",
  head_sha: "head",
  head_branch: "shop-1.4.7",
  head_repository: ours,
  pull_requests: [],
  run_started_at: "2026-11-25T10:00:01Z",
};

describe("the open pull request of a run", () => {
  const theirs = { full_name: "stranger/infrastructure" };
  const open = {
    number: 7,
    state: "open",
    merged_at: null,
    merge_commit_sha: "test",
    head: { ref: "shop-1.4.7", sha: "head", repo: ours },
    base: { ref: "main", sha: "base", repo: ours },
  };

  test("is that of its branch and commit", async () => {
    fake.pulls = [open];
    fake.runs = [run];
    expect(await openPullRequest(github, 42)).toMatchObject({ number: 7, head: { sha: "head" } });
  });

  test.each([
    ["a fork", { head: { ...open.head, repo: theirs } }, run],
    ["a closed pull request", { state: "closed" }, run],
    ["a draft", { draft: true }, run],
    ["a pull request into another base", { base: { ...open.base, ref: "side" } }, run],
    ["a pull request with newer commits", { head: { ...open.head, sha: "newer" } }, run],
    ["a pull request of another branch with the same commit", { head: { ...open.head, ref: "other" } }, run],
    ["a run that failed", {}, { ...run, conclusion: "failure" }],
    ["a push", {}, { ...run, event: "push" }],
  ])("is not %s", async (_, change, of) => {
    fake.pulls = [{ ...open, ...change }];
    fake.runs = [of];
    expect(await openPullRequest(github, 42)).toBeUndefined();
  });

  test("is not there for a run that is not the newest one", async () => {
    fake.pulls = [open];
    fake.runs = [run, { ...run, id: 43 }];
    expect(await openPullRequest(github, 42)).toBeUndefined();
  });
});

describe("a release that passes", () => {
  const sent = () =>
    fake.requests.filter(({ method }) => method !== "GET").map(({ method, path, body }) => [`${method} ${path}`, body]);
  const apply = { id: 41, conclusion: "success", head_sha: "applied", updated_at: "2026-11-25T10:00:00Z" };
  const UPDATED = [["PUT /pulls/7/update-branch", { expected_head_sha: "head" }]];
  const RUN_AGAIN = [["POST /actions/runs/42/rerun", {}]];
  const merge = () => mergeRelease({ github, app: github }, 7, "head", 42);
  const planWaiting = () => planWaitingReleases({ github, app: github });

  beforeEach(() => {
    fake.runs = [run];
    fake.applies = [{ ...apply, id: 40, conclusion: "failure" }, apply];
    fake.pulls = [
      {
        number: 7,
        head: { ref: "shop-1.4.7", sha: "head", repo: ours },
        base: { ref: "main", sha: "base", repo: ours },
      },
    ];
  });

  test("is approved and merged, at the reviewed commit only", async () => {
    expect(await merge()).toBe("merged");
    expect(sent()).toEqual([
      ["POST /pulls/7/reviews", { event: "APPROVE", commit_id: "head", body: expect.any(String) as string }],
      ["PUT /pulls/7/merge", { sha: "head", merge_method: "squash" }],
    ]);
  });

  test.each([
    ["runs or is queued", [{ ...apply, conclusion: null }], 0],
    ["failed", [{ ...apply, id: 42, conclusion: "failure" }, apply], 0],
    ["was never started", [], 0],
    ["is not that of main's newest commit", [apply], 1],
  ])("waits while main's newest apply %s", async (_, applies, unapplied) => {
    fake.applies = applies;
    fake.unapplied = unapplied;
    expect(await merge()).toBe("waits until main is applied");
    expect(await planWaiting()).toEqual([]);
    expect(sent()).toEqual([]);
  });

  test("gets main's newer commits first, and is planned again", async () => {
    fake.behind = 1;
    expect(await merge()).toBe("updated");
    expect(sent()).toEqual(UPDATED);
  });

  test("is planned again if main's newest apply ended after its run began", async () => {
    fake.runs = [{ ...run, run_started_at: "2026-11-25T09:59:59Z" }];
    expect(await merge()).toBe("planned again");
    expect(sent()).toEqual(RUN_AGAIN);
  });

  test("is planned again after the apply that it waited for, and merged by the end of that run only", async () => {
    expect(await planWaiting()).toEqual([]);
    fake.runs = [{ ...run, run_started_at: "2026-11-25T09:59:59Z" }];
    expect(await planWaiting()).toEqual(["Pull request 7: planned again."]);
    expect(sent()).toEqual(RUN_AGAIN);
  });

  test("gets main's newer commits after the apply that it waited for", async () => {
    fake.behind = 1;
    expect(await planWaiting()).toEqual(["Pull request 7: updated."]);
    expect(sent()).toEqual(UPDATED);
  });

  test.each([
    ["a draft", { draft: true }, RELEASE, run],
    ["of a fork", { head: { ref: "shop-1.4.7", sha: "head", repo: null } }, RELEASE, run],
    ["no release", {}, { filename: "main.ts" }, run],
    ["without a run that succeeded", {}, RELEASE, { ...run, conclusion: "failure" }],
  ])("is not updated after an apply if it is %s", async (_, change, file, newest) => {
    fake.behind = 1;
    fake.pulls = fake.pulls.map((each) => ({ ...each, ...change }));
    fake.files = [file];
    fake.runs = [newest];
    expect(await planWaiting()).toEqual([]);
    expect(sent()).toEqual([]);
  });
});
