import { UserError } from "@dev-one/cli/user-error";

/**
 * Requests a GitHub OIDC token of this run for the given audience, with the variables that GitHub sets in a job with the permission
 * `id-token: write`.
 * @throws UserError when the job lacks that permission
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export async function idToken(audience: string): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url = "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = "" } = process.env;
  if (url === "" || token === "") {
    throw new UserError("GitHub gives this job no token: its permissions need `id-token: write`, and forks get none.");
  }
  const target = new URL(url);
  target.searchParams.set("audience", audience);
  const response = await fetch(target, {
    headers: { accept: "application/json", authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok)
    throw new UserError(`GitHub answered ${response.status} when it was asked for a token of this run.`);
  const { value } = (await response.json()) as { value?: string };
  if (typeof value !== "string") throw new UserError("GitHub's answer holds no token of this run.");
  return value;
}
