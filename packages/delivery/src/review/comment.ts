import type { GitHub } from "../github";

/** An invisible marker that identifies the comment. */
const MARK = "<!-- dev-one plan review -->";

/** The author of comments that are written with the workflows' token. */
const AUTHOR = "github-actions[bot]";

/** GitHub's maximum length of a comment, in characters. */
const LONGEST = 65_536;
const CUT =
  "\n\n... cut here, because GitHub takes no longer comment. The whole review is in the artefacts of the run.";

/**
 * Creates or updates the single review comment of a pull request. Only a comment by the workflow itself is updated: another author
 * could edit their comment afterwards and change the verdict.
 */
export async function comment(
  github: GitHub,
  pullRequest: number,
  text: string,
): Promise<"created" | "updated" | "unchanged"> {
  const body = fit(`${MARK}\n${text}`);
  const known = (await github.comments(pullRequest)).find(
    ({ user, body: known }) => user?.login === AUTHOR && known.startsWith(MARK),
  );
  if (known === undefined) {
    await github.createComment(pullRequest, body);
    return "created";
  }
  if (known.body === body) return "unchanged";
  await github.updateComment(known.id, body);
  return "updated";
}

export function fit(body: string): string {
  return body.length <= LONGEST ? body : body.slice(0, LONGEST - CUT.length) + CUT;
}
