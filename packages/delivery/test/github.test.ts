import { LONGEST_COMMENT } from "@dev-one/plan-review/render/markdown";
import { parsePlan } from "@dev-one/terraform-json/read-plan";

import { isApplied, reportOutcome, type Results } from "../src/apply/outcome";
import { driftOf, reportDrift } from "../src/drift";
import type { GitHub } from "../src/github";
import { comment, fit } from "../src/review/comment";
import { guardedFilesNotice } from "../src/review/guarded-files";
import { reviewedRun } from "../src/review/reviewed-run";
import { FakeGitHub } from "./fake-github";

let fake: FakeGitHub;
let github: GitHub;

beforeEach(async () => {
  fake = new FakeGitHub();
  github = await fake.start();
});
afterEach(async () => {
  await fake.stop();
});

describe("the comment of a pull request", () => {
  test("is created once and then updated", async () => {
    expect(await comment(github, 7, "first")).toBe("created");
    expect(await comment(github, 7, "second")).toBe("updated");
    expect(await comment(github, 7, "second")).toBe("unchanged");
    expect(fake.comments).toHaveLength(1);
    expect(fake.comments[0]?.body).toMatch(/^<!-- .* -->\nsecond$/);
  });

  test("is found when the comments span several pages", async () => {
    for (let id = 1; id <= 130; id += 1) fake.comments.push({ id, body: "people talk", user: null });
    await comment(github, 7, "first");
    expect(await comment(github, 7, "second")).toBe("updated");
    expect(fake.comments).toHaveLength(131);
  });

  test("is not the comment of another author, who could edit it afterwards", async () => {
    await comment(github, 7, "first");
    const [first] = fake.comments.splice(0);
    fake.comments.push({ id: 1, body: first?.body ?? "", user: { login: "octocat" } });
    expect(await comment(github, 7, "second")).toBe("created");
    expect(fake.comments[0]?.body).toBe(first?.body);
    expect(await comment(github, 7, "third")).toBe("updated");
    expect(fake.comments.map(({ body }) => body.split("\n")[1])).toEqual(["first", "third"]);
  });

  test("fits a review of maximum length with the text around it", () => {
    const name = `packages/plan-review/src/${"x".repeat(300)}`;
    const notice = guardedFilesNotice(Array.from({ length: 30 }, (_, index) => `${name}${index}`));
    const rows = Array.from({ length: 8 }, () => `| production-monitoring | \`${"a".repeat(64)}\` | 0123456789ab |`);
    const text = [notice, "y".repeat(LONGEST_COMMENT), ...rows].join("\n\n");
    expect(fit(`<!-- dev-one plan review -->\n${text}`)).toContain(rows.join("\n\n"));
  });

  test("is truncated to GitHub's maximum length, with a note", async () => {
    await comment(github, 7, "x".repeat(100_000));
    expect(fake.comments[0]?.body.length).toBe(65_536);
    expect(fake.comments[0]?.body).toMatch(/cut here.*artefacts of the run\.$/);
  });

  test("reports in one sentence that GitHub rejected it", async () => {
    fake.broken = 403;
    await expect(comment(github, 7, "x")).rejects.toThrow(
      "GitHub answered 403 to GET /issues/7/comments: Nothing for you.",
    );
  });
});

describe("the run that reviewed a commit", () => {
  const ours = { full_name: "dev-one/infrastructure" };
  const theirs = { full_name: "stranger/infrastructure" };
  const merged = {
    number: 7,
    merged_at: "2026-11-25",
    merge_commit_sha: "c0ffee",
    head: { ref: "feature", sha: "head", repo: ours },
    base: { ref: "main", sha: "base", repo: ours },
  };
  const run = (id: number, change: object = {}) => ({
    id,
    event: "pull_request",
    conclusion: "success",
    head_sha: "head",
    head_branch: "feature",
    head_repository: ours,
    // GitHub leaves merged pull requests out.
    pull_requests: [],
    ...change,
  });

  test("is the newest run of the merged pull request, with its planned stacks", async () => {
    fake.pulls = [{ ...merged, number: 6, merge_commit_sha: "other" }, merged];
    fake.runs = [run(42), run(41, { conclusion: "failure" })];
    fake.artifacts = [
      { name: "plan-staging", expired: false },
      { name: "plan-production", expired: true },
      { name: "review", expired: false },
    ];
    expect(await reviewedRun(github, "c0ffee")).toEqual({
      run: 42,
      pullRequest: 7,
      head: "head",
      planned: ["staging"],
    });
    expect(fake.requests.find(({ path }) => path.endsWith("/runs"))?.query.get("head_sha")).toBe("head");
  });

  test.each([
    ["a fork", { head_repository: theirs }],
    ["a deleted repository", { head_repository: null }],
    ["another branch", { head_branch: "other" }],
    ["another pull request of the branch", { pull_requests: [{ number: 8, base: { ref: "side" } }] }],
    ["the pull request with another base", { pull_requests: [{ number: 7, base: { ref: "side" } }] }],
    ["another event", { event: "push" }],
    ["another commit", { head_sha: "other" }],
  ])("is not a newer run of %s with the same commit", async (_what, change) => {
    fake.pulls = [merged];
    fake.runs = [run(43, change), run(42)];
    expect(await reviewedRun(github, "c0ffee")).toMatchObject({ run: 42 });
    fake.runs = [run(43, change)];
    await expect(reviewedRun(github, "c0ffee")).rejects.toThrow("has no run of its own");
  });

  test("finds the newest run by its id, not by the order of the answer", async () => {
    fake.pulls = [merged];
    fake.runs = [run(42), run(43, { conclusion: "failure" })];
    await expect(reviewedRun(github, "c0ffee")).rejects.toThrow("has a run that ended with failure");
  });

  test.each([
    ["a push without a pull request", [], [], "is not the merge of a pull request"],
    ["a pull request that is still open", [{ ...merged, merged_at: null }], [], "is not the merge of a pull request"],
    [
      "a pull request into another base",
      [{ ...merged, base: { ...merged.base, ref: "side" } }],
      [run(42)],
      "is not the merge of a pull request",
    ],
    [
      "a pull request of a fork",
      [{ ...merged, head: { ...merged.head, repo: theirs } }],
      [run(42)],
      "is not the merge of a pull request",
    ],
    ["a pull request that was never planned", [merged], [], "has no run of its own"],
    [
      "a newer run that failed",
      [merged],
      [run(43, { conclusion: "failure" }), run(42)],
      "has a run that ended with failure",
    ],
    ["a run in progress", [merged], [run(43, { conclusion: null })], "has a run that ended with nothing yet"],
  ])("does not exist for %s", async (_what, pulls, runs, sentence) => {
    fake.pulls = pulls;
    fake.runs = runs;
    await expect(reviewedRun(github, "c0ffee")).rejects.toThrow(sentence);
  });
});

describe("a commit that is merged and not applied", () => {
  const outcome = (results: Results) => reportOutcome(github, "c0ffee", "https://example.com/1", results);

  test.each([
    [{ find: "success", staging: "success", production: "success" }, true],
    [{ find: "success", staging: "skipped", production: "skipped" }, true],
    [{ find: "failure", staging: "skipped", production: "skipped" }, false],
    [{ find: "success", staging: "cancelled", production: "skipped" }, false],
    [{ find: "success", staging: "success", production: "failure" }, false],
    [{}, false],
  ])("is detected from the job results: %j", (results, applied) => {
    expect(isApplied(results)).toBe(applied);
  });

  test("opens one issue, which the next apply closes", async () => {
    expect(await outcome({ find: "success", staging: "success" })).toBe("none");
    expect(await outcome({ find: "success", staging: "cancelled" })).toBe("opened");
    expect(fake.issues[0]).toMatchObject({ title: "main is not applied", labels: ["not-applied"] });
    expect(fake.issues[0]?.body).toMatch(/^Commit c0ffee is on main.*\n\n- find: success\n- staging: cancelled\n/);
    expect(await outcome({ find: "failure" })).toBe("updated");
    expect(await outcome({ find: "success" })).toBe("closed");
    expect(fake.issues.map(({ state }) => state)).toEqual(["closed"]);
  });
});

describe("drift", () => {
  const change = (type: string, action: string, before: object, after: object) => ({
    address: `${type}.x`,
    mode: "managed",
    type,
    change: { actions: [action], before, after },
  });
  const driftIn = (resource_drift: object[], resource_changes: object[] = []) =>
    driftOf(parsePlan(JSON.stringify({ format_version: "1.2", planned_values: {}, resource_drift, resource_changes })));
  const vpc = change("aws_vpc", "update", { secret: "old" }, { secret: "s3cret" });
  const postgres = { maintenance_window: "sun:03:30-sun:04:30", apply_immediately: false };
  const [before, after] = [{ ingress: [] }, { ingress: [{ from_port: 22 }] }];

  test.each([
    [
      "contains changes outside Terraform and what a plan would do about them, without values",
      [vpc],
      [vpc, change("aws_eip", "no-op", {}, {})],
      ["aws_vpc.x: changed outside Terraform (update: secret)", "aws_vpc.x: a plan would update it"],
    ],
    [
      "includes a rule that was added outside Terraform, which no plan corrects",
      [change("aws_security_group", "update", before, after)],
      [change("aws_security_group", "no-op", after, after)],
      ["aws_security_group.x: changed outside Terraform (update: ingress)"],
    ],
    [
      "excludes attributes that AWS changes by itself",
      [
        change("aws_db_instance", "update", { latest_restorable_time: "1" }, { latest_restorable_time: "2" }),
        change("aws_autoscaling_group", "update", { desired_capacity: 1, max_size: 4 }, { max_size: 9 }),
        change(
          "aws_autoscaling_group",
          "update",
          { launch_template: [{ version: "1" }] },
          { launch_template: [{ version: "2" }] },
        ),
        change("aws_lb", "update", { desired_capacity: 1 }, { desired_capacity: 2 }),
      ],
      [],
      [
        "aws_autoscaling_group.x: changed outside Terraform (update: max_size)",
        "aws_lb.x: changed outside Terraform (update: desired_capacity)",
      ],
    ],
    [
      "says which changes of a database may be applied and wait for the maintenance window",
      [],
      [
        change(
          "aws_db_instance",
          "update",
          { ...postgres, allocated_storage: 20, multi_az: false, max_allocated_storage: 100 },
          { ...postgres, allocated_storage: 50, multi_az: true, max_allocated_storage: 200 },
        ),
        change("aws_db_instance", "update", { ...postgres, port: 5432 }, { ...postgres, port: 5433 }),
      ],
      [
        "aws_db_instance.x: a plan would update it; allocated_storage, multi_az: if applied already, RDS changes it in the maintenance window sun:03:30-sun:04:30 UTC",
        "aws_db_instance.x: a plan would update it",
      ],
    ],
  ])("%s", (_, outside, planned, found) => {
    expect(driftIn(outside, planned)).toEqual(found);
  });

  test("opens one issue per stack, updates it, and closes it when the drift is gone", async () => {
    expect(await reportDrift(github, "staging", [])).toBe("none");
    expect(await reportDrift(github, "staging", driftIn([vpc]))).toBe("opened");
    expect(await reportDrift(github, "production", driftIn([vpc]))).toBe("opened");
    expect(await reportDrift(github, "staging", ["aws_eip.e: gone"])).toBe("updated");
    expect(fake.issues).toMatchObject([
      { title: "Drift in staging", state: "open", labels: ["drift"] },
      { title: "Drift in production", state: "open" },
    ]);
    expect(fake.issues[0]?.body).toContain("- `aws_eip.e: gone`");
    expect(await reportDrift(github, "staging", [])).toBe("closed");
    expect(fake.issues.map(({ state }) => state)).toEqual(["closed", "open"]);
  });

  test("of a whole environment is counted and its list truncated", async () => {
    await reportDrift(github, "staging", Array<string>(80).fill("aws_eip.e: gone"));
    expect(fake.issues[0]?.body).toMatch(/in 80 places[^]*- and 30 more$/);
  });
});
