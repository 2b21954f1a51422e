import * as z from "zod";

import { expected, type Explain, matching } from "./fields";

/** GitHub's ids are numbers, and are pasted as `gh api` prints them. */
const id = (of: string, example: string) => {
  return expected(z.int().min(1), `the id of a GitHub ${of}, a whole number without quotes`, example);
};

/** Which GitHub repository's workflows get into the account. */
export const delivery = z
  .strictObject({
    /** GitHub repository, `owner/name`, whose workflows may plan and apply. */
    repository: matching(/^[\w.-]+\/[\w.-]+$/, "a GitHub repository", "dev-one/infrastructure"),
    /**
     * Id of the repository's owner, if GitHub puts it into the subject claim; see docs/delivery.md. With `repositoryId` or
     * not at all. @default none, the subject claim has no ids
     */
    ownerId: id("account or organization", "123456").optional(),
    /** Id of the repository, with `ownerId` or not at all. @default none, the subject claim has no ids */
    repositoryId: id("repository", "456789").optional(),
  })
  .refine(({ ownerId, repositoryId }) => ownerId === undefined || repositoryId !== undefined, {
    path: ["repositoryId"],
    params: { explain: missing("ownerId") },
  })
  .refine(({ ownerId, repositoryId }) => repositoryId === undefined || ownerId !== undefined, {
    path: ["ownerId"],
    params: { explain: missing("repositoryId") },
  });

/** The repository, with its ids where GitHub's subject claim has them. */
export type GithubRepository = z.output<typeof delivery>;

function missing(other: string): Explain {
  return () => ({
    problem: `is missing beside ${other}, and GitHub's subject claim has both ids or neither`,
    remedy: `write both as in docs/delivery.md, or remove ${other}`,
  });
}

/**
 * The subject claim of GitHub's token for a place in a repository, such as `environment:production`.
 *
 * GitHub puts the ids of owner and repository into it if the repository was created, renamed or transferred after 15 July 2026,
 * or has opted in. A role that trusts the other form refuses the token with AccessDenied.
 * @see https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
 */
export function githubSubject({ repository, ownerId, repositoryId }: GithubRepository, place: string): string {
  if (ownerId === undefined || repositoryId === undefined) return `repo:${repository}:${place}`;
  const [owner, name] = repository.split("/");
  return `repo:${owner}@${ownerId}/${name}@${repositoryId}:${place}`;
}

/** A repository as GitHub's subject claim names it: `owner/name`, or with both ids `owner@123456/name@456789`. */
export const repositoryName = matching(
  /^([\w.-]+\/[\w.-]+|[\w.-]+@[1-9]\d*\/[\w.-]+@[1-9]\d*)$/,
  "a GitHub repository, with the ids of owner and repository or without",
  "dev-one/shop",
);

/** The subject claim of GitHub's token for a workflow run on the branch `main`. */
export const githubSubjectOfMain = (repository: string): string => `repo:${repository}:ref:refs/heads/main`;

const SUBJECT = new RegExp(
  "^repo:([\\w.-]+/[\\w.-]+|[\\w.-]+@[1-9]\\d*/[\\w.-]+@[1-9]\\d*):(pull_request|environment:[\\w-]+|ref:refs/heads/[\\w./-]+)$",
);

/** Whether a text is what `githubSubject` makes: one place of one repository, in one of the two forms, without a wildcard. */
export function isGithubSubject(text: string): boolean {
  return SUBJECT.test(text);
}
