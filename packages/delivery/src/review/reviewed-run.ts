import { UserError } from "@dev-one/cli/user-error";

import type { GitHub, PullRequest, WorkflowRun } from "../github";

const REVIEW_WORKFLOW = "pull-request.yml";
const MAIN = "main";

/**
 * The run that planned and reviewed the pull request whose merge is this commit, with the names of the stacks that it planned.
 * @throws UserError when the commit is not the merge of a pull request, or the last run did not succeed
 */
export async function reviewedRun(github: GitHub, commit: string) {
  const short = commit.slice(0, 12);
  const pullRequests = await github.pullRequestsOf(commit);
  const merged = pullRequests.find((each) => isMergeOf(each, commit, github.repository));
  if (merged === undefined) {
    throw new UserError(
      `Commit ${short} is not the merge of a pull request from a branch of ${github.repository} into ${MAIN}, so nothing of it was reviewed, and nothing is applied.`,
    );
  }
  const newest = await newestRun(github, merged);
  if (newest?.conclusion !== "success") {
    const found =
      newest === undefined
        ? "has no run of its own"
        : `has a run that ended with ${newest.conclusion ?? "nothing yet"}`;
    throw new UserError(
      `Pull request ${merged.number} (commit ${short}) ${found}, so its plan was not reviewed, and nothing is applied.`,
    );
  }
  const artifacts = await github.artifactsOf(newest.id);
  const planned = artifacts.flatMap(({ name, expired }) =>
    !expired && name.startsWith("plan-") ? [name.slice("plan-".length)] : [],
  );
  return { run: newest.id, pullRequest: merged.number, head: merged.head.sha, planned };
}

/** The run that planned and reviewed a pull request; undefined when the newest one did not succeed. */
export async function succeededRun(github: GitHub, pullRequest: PullRequest): Promise<number | undefined> {
  const newest = await newestRun(github, pullRequest);
  return newest?.conclusion === "success" ? newest.id : undefined;
}

async function newestRun(github: GitHub, pullRequest: PullRequest): Promise<WorkflowRun | undefined> {
  const runs = await github.runsOf(REVIEW_WORKFLOW, pullRequest.head.sha);
  // Sorted by id, which increases with time, because GitHub does not document the order of its response.
  return runs.filter((run) => isOf(run, pullRequest, github.repository)).sort((a, b) => b.id - a.id)[0];
}

function isMergeOf(each: PullRequest, commit: string, repository: string): boolean {
  return each.merged_at !== null && each.merge_commit_sha === commit && isFromOwnBranch(each, repository);
}

/** Whether a pull request is from a branch of the repository into main. */
export function isFromOwnBranch({ head, base }: PullRequest, repository: string): boolean {
  return base.ref === MAIN && base.repo?.full_name === repository && head.repo?.full_name === repository;
}

/** Another pull request may have the same commit: from a fork, from another branch, or into another base. */
function isOf(run: WorkflowRun, { number, head }: PullRequest, repository: string): boolean {
  const named = run.pull_requests ?? [];
  return (
    run.event === "pull_request" &&
    run.head_sha === head.sha &&
    run.head_branch === head.ref &&
    run.head_repository?.full_name === repository &&
    (named.length === 0 || named.some((each) => each.number === number && each.base.ref === MAIN))
  );
}
