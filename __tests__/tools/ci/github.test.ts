import { comment } from "../../../tools/ci/comment";
import { driftOf, reportDrift } from "../../../tools/ci/drift";
import type { GitHub } from "../../../tools/ci/github";
import { reviewedRun } from "../../../tools/ci/reviewed-run";
import { parsePlan } from "../../../tools/terraform";
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
  test("is written once, and then brought up to date", async () => {
    expect(await comment(github, 7, "first")).toBe("created");
    expect(await comment(github, 7, "second")).toBe("updated");
    expect(await comment(github, 7, "second")).toBe("unchanged");
    expect(fake.comments).toHaveLength(1);
    expect(fake.comments[0]?.body).toMatch(/^<!-- .* -->\nsecond$/);
  });

  test("is found among more than a page of others", async () => {
    for (let id = 1; id <= 130; id += 1) fake.comments.push({ id, body: "people talk" });
    await comment(github, 7, "first");
    expect(await comment(github, 7, "second")).toBe("updated");
    expect(fake.comments).toHaveLength(131);
  });

  test("is cut to what GitHub takes, and says so", async () => {
    await comment(github, 7, "x".repeat(100_000));
    expect(fake.comments[0]?.body.length).toBe(65_536);
    expect(fake.comments[0]?.body).toMatch(/cut here.*artefacts of the run\.$/);
  });

  test("that GitHub refuses is said in one sentence", async () => {
    fake.broken = 403;
    await expect(comment(github, 7, "x")).rejects.toThrow(
      "GitHub answered 403 to GET /issues/7/comments: Nothing for you.",
    );
  });
});

describe("the run that reviewed a commit", () => {
  const merged = { number: 7, merged_at: "2026-11-25", merge_commit_sha: "c0ffee", head: { sha: "head" } };

  test("is the newest one of the pull request that was merged by it", async () => {
    fake.pulls = [{ ...merged, number: 6, merge_commit_sha: "other" }, merged];
    fake.runs = [
      { id: 42, conclusion: "success" },
      { id: 41, conclusion: "failure" },
    ];
    expect(await reviewedRun(github, "c0ffee")).toBe(42);
    expect(fake.requests.at(-1)?.query.get("head_sha")).toBe("head");
  });

  test.each([
    ["a push without a pull request", [], [], "is not the merge of a pull request"],
    ["a pull request that is still open", [{ ...merged, merged_at: null }], [], "is not the merge of a pull request"],
    ["a pull request that was never planned", [merged], [], "has no run"],
    [
      "a newer run that failed",
      [merged],
      [
        { id: 43, conclusion: "failure" },
        { id: 42, conclusion: "success" },
      ],
      "has a run that ended with failure",
    ],
    ["a run that is still going", [merged], [{ id: 43, conclusion: null }], "has a run that ended with nothing yet"],
  ])("does not exist for %s", async (_what, pulls, runs, sentence) => {
    fake.pulls = pulls;
    fake.runs = runs;
    await expect(reviewedRun(github, "c0ffee")).rejects.toThrow(sentence);
  });
});

describe("drift", () => {
  const change = (address: string, ...actions: string[]) => ({
    address,
    mode: "managed",
    change: { actions, after: { secret: "s3cret" } },
  });
  const plan = parsePlan(
    JSON.stringify({
      format_version: "1.2",
      planned_values: {},
      resource_drift: [change("aws_vpc.v", "update")],
      resource_changes: [change("aws_vpc.v", "update"), change("aws_eip.e", "no-op")],
    }),
  );

  test("is what changed outside, and what a plan would do about it; values are left out", () => {
    expect(driftOf(plan)).toEqual([
      "aws_vpc.v: changed outside Terraform (update)",
      "aws_vpc.v: a plan would update it",
    ]);
  });

  test("opens one issue for each stack, keeps it up to date, and closes it when it is over", async () => {
    expect(await reportDrift(github, "staging", [])).toBe("none");
    expect(await reportDrift(github, "staging", driftOf(plan))).toBe("opened");
    expect(await reportDrift(github, "production", driftOf(plan))).toBe("opened");
    expect(await reportDrift(github, "staging", ["aws_eip.e: gone"])).toBe("updated");
    expect(fake.issues).toMatchObject([
      { title: "Drift in staging", state: "open", labels: ["drift"] },
      { title: "Drift in production", state: "open" },
    ]);
    expect(fake.issues[0]?.body).toContain("- `aws_eip.e: gone`");
    expect(await reportDrift(github, "staging", [])).toBe("closed");
    expect(fake.issues.map(({ state }) => state)).toEqual(["closed", "open"]);
  });

  test("of a whole environment is counted, not listed to the end", async () => {
    await reportDrift(
      github,
      "staging",
      Array.from({ length: 80 }, (_, index) => `aws_eip.e${index}: gone`),
    );
    expect(fake.issues[0]?.body).toMatch(/in 80 places[^]*- and 30 more$/);
  });
});
