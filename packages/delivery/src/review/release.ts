import { existsSync } from "node:fs";
import { join } from "node:path";

import { readJsonFile } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import * as z from "zod";

import { environments } from "../../../../src/environments";
import { APPLY_WORKFLOW } from "../apply/unapplied";
import type { ChangedFile, GitHub, PullRequest } from "../github";
import { readManifest } from "../plan/manifest";
import { type ExpectedRun, verifyProof } from "../plan/proof";
import { changedStacks, deliveredStacks } from "../stacks";
import { isFromOwnBranch, succeededRun } from "./reviewed-run";

/** What is read of the review's JSON report (packages/plan-review/src/render/json-report.ts). */
const report = z.object({
  schema: z.literal("dev-one/plan-review"),
  version: z.literal(1),
  exitCode: z.number(),
  stacks: z.array(
    z.object({
      name: z.string(),
      plan: z.object({ jsonSha256: z.string() }),
      changes: z.array(z.object({ differences: z.array(z.object({ path: z.string().nullable() })) })),
    }),
  ),
});

const RELEASE_FILES = environments.map(({ name }) => `src/environments/releases/${name}.json`);

export interface ReleaseOptions {
  readonly github: GitHub;
  readonly expected: ExpectedRun;
  /** Newest commit of the pull request's branch. */
  readonly head: string;
  /** Artefacts of the run, each in a directory of its name. */
  readonly artefacts: string;
  /** As in `verifyProof`. */
  readonly keys?: string;
}

/**
 * Why a person must approve the pull request of a run; undefined if it is only a release whose review found nothing to approve
 * (docs/decisions/0030-what-a-person-must-approve.md). The run's artefacts can be trusted only where the planned commit differs from main
 * in release files alone: then the workflow and the code of main wrote them. GitHub's signature names that commit, which must be the merge of
 * the head into main: a run can check out the merge of an earlier head (https://github.com/actions/checkout/issues/518).
 * @throws UserError when the artefacts are not those of the run
 */
export async function reasonForApproval({
  github,
  expected,
  head,
  artefacts,
  keys,
}: ReleaseOptions): Promise<string | undefined> {
  const directories = deliveredStacks
    .map(({ name }) => join(artefacts, `plan-${name}`))
    .filter((each) => existsSync(each));
  const commits = await Promise.all(directories.map((each) => verifyProof(each, expected, keys)));
  const [commit, ...others] = new Set(commits);
  if (commit === undefined) return "it has no plan";
  if (others.length > 0) throw new UserError(`The run ${expected.run} has plans of more than one commit.`);
  const [base, merged, ...parents] = await github.parentsOf(commit);
  if (base === undefined || merged !== head || parents.length > 0)
    return `its plans are not of its newest commit ${head}`;
  if ((await github.compare("main", base)).ahead_by > 0) return "its plans are not of a merge into main";
  const own = await github.filesOf(expected.pullRequest);
  const foreign = own.filter((file) => !RELEASE_FILES.includes(file));
  if (foreign.length > 0 || own.length === 0) return `it changes other files than releases: ${listed(foreign)}`;
  const { files } = await github.compare(base, commit);
  const other = files.filter((file) => !isRelease(file)).map(({ filename, status }) => `${filename} (${status})`);
  if (other.length > 0 || files.length === 0) return `its plans are of other files than releases: ${listed(other)}`;
  const manifests = directories.map(readManifest);
  const planned = new Map(manifests.map(({ stack, json }) => [stack, json]));
  const { data } = report.safeParse(readJsonFile(join(artefacts, "review", "review.json")));
  const reviewed = new Map(data?.stacks.map(({ name, plan }) => [name, plan.jsonSha256]));
  const missing = changedStacks(files.map(({ filename }) => filename))
    .map(({ name }) => name)
    .filter((name) => planned.get(name) === undefined || reviewed.get(name) !== planned.get(name));
  if (missing.length > 0) return `there is no review of the plan of ${missing.join(", ")}`;
  if (data?.exitCode !== 0) return "the review asks for an approval of its plan";
  // A bundle was uploaded by the role of its service; an image may be of any account.
  const paths = data.stacks
    .flatMap(({ changes }) => changes.flatMap(({ differences }) => differences))
    .map(({ path }) => path);
  return paths.includes("image_id") ? "its plan changes an image" : undefined;
}

const isRelease = ({ filename, status }: ChangedFile): boolean =>
  status === "modified" && RELEASE_FILES.includes(filename);

const listed = (all: readonly string[]): string =>
  all.length > 3 ? `${all.slice(0, 3).join(", ")} and ${all.length - 3} more` : all.join(", ") || "none";

/**
 * The open pull request that a run planned and reviewed.
 * @returns undefined when there is none, such as for a fork or a draft, which GitHub does not merge, or when the run is not the newest one of its newest commit
 */
export async function openPullRequest(github: GitHub, run: number): Promise<PullRequest | undefined> {
  const { head_sha: commit } = await github.run(run);
  const open = (await github.pullRequestsOf(commit)).filter(
    (each) =>
      each.state === "open" &&
      each.draft !== true &&
      each.head.sha === commit &&
      isFromOwnBranch(each, github.repository),
  );
  for (const each of open) {
    if ((await succeededRun(github, each)) === run) return each;
  }
  return undefined;
}

export interface MergeOptions {
  /** Reads, and starts runs again. */
  readonly github: GitHub;
  /** As the GitHub App: what it pushes starts workflows. */
  readonly app: GitHub;
}

/**
 * Approves a pull request and merges it, if its head is still this commit. Releases are merged one at a time: the next one after main's
 * newest commit has been applied, and with plans that were made after that.
 * @param run that decided
 */
export async function mergeRelease(
  { github, app }: MergeOptions,
  pullRequest: number,
  head: string,
  run: number,
): Promise<string> {
  const applied = await endOfApply(github);
  if (applied === undefined) return "waits until main is applied";
  const outdated = await planAgain({ github, app }, pullRequest, head, run, applied);
  if (outdated !== undefined) return outdated;
  const body =
    "Only a release, and the review of its plans found nothing to approve (docs/decisions/0030-what-a-person-must-approve.md).";
  await app.approve(pullRequest, head, body);
  await app.merge(pullRequest, head);
  return "merged";
}

/**
 * Has the open releases planned again that were planned before main was applied. The end of their runs decides.
 * @returns what was done, by pull request
 * @throws UserError after all, naming those that could not be planned again, such as after a conflict
 */
export async function planWaitingReleases({ github, app }: MergeOptions): Promise<string[]> {
  const applied = await endOfApply(github);
  if (applied === undefined) return [];
  const [done, problems]: [string[], string[]] = [[], []];
  for (const each of await github.openPullRequests("main")) {
    const { number, head, draft } = each;
    if (draft === true || !isFromOwnBranch(each, github.repository)) continue;
    if (!(await github.filesOf(number)).every((file) => RELEASE_FILES.includes(file))) continue;
    const run = await succeededRun(github, each);
    if (run === undefined) continue;
    try {
      const outdated = await planAgain({ github, app }, number, head.sha, run, applied);
      if (outdated !== undefined) done.push(`Pull request ${number}: ${outdated}.`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(`Pull request ${number}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new UserError([...done, ...problems].join("\n"));
  return done;
}

/** When the apply of main's newest commit succeeded; undefined when it failed, has not ended, or not begun. */
async function endOfApply(github: GitHub): Promise<string | undefined> {
  const [newest] = await github.pushRuns(APPLY_WORKFLOW, "main");
  if (newest?.conclusion !== "success") return undefined;
  return (await github.compare("main", newest.head_sha)).behind_by > 0 ? undefined : newest.updated_at;
}

/** Starts a new plan of a pull request that lacks commits of main, or was planned before main's newest apply ended. */
async function planAgain(
  { github, app }: MergeOptions,
  pullRequest: number,
  head: string,
  run: number,
  applied: string,
): Promise<string | undefined> {
  if ((await github.compare("main", head)).behind_by > 0) {
    await app.updateBranch(pullRequest, head);
    return "updated";
  }
  if ((await github.run(run)).run_started_at > applied) return undefined;
  await github.runAgain(run);
  return "planned again";
}
