import { UserError } from "../user-error";
import type { GitHub } from "./github";

export const REVIEW_WORKFLOW = "pull-request.yml";

/**
 * The run that planned the pull request which became this commit.
 * @throws UserError when the commit came another way, or its last run did not succeed
 */
export async function reviewedRun(github: GitHub, commit: string): Promise<number> {
  const short = commit.slice(0, 12);
  const pullRequests = await github.pullRequestsOf(commit);
  const merged = pullRequests.find((each) => each.merged_at !== null && each.merge_commit_sha === commit);
  if (merged === undefined) {
    throw new UserError(
      `Commit ${short} is not the merge of a pull request, so nothing of it was reviewed, and nothing is applied.`,
    );
  }
  const [newest] = await github.runsOf(REVIEW_WORKFLOW, merged.head.sha);
  if (newest?.conclusion !== "success") {
    const found =
      newest === undefined ? "has no run" : `has a run that ended with ${newest.conclusion ?? "nothing yet"}`;
    throw new UserError(
      `Pull request ${merged.number} (commit ${short}) ${found}, so its plan was not reviewed, and nothing is applied.`,
    );
  }
  return newest.id;
}
