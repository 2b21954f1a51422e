import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";

import { idToken } from "./id-token";
import { hashOf, MANIFEST_FILE } from "./manifest";

const PROOF_FILE = "proof.jwt";
const ISSUER = "https://token.actions.githubusercontent.com";
const WORKFLOW = ".github/workflows/pull-request.yml";

/** The claims that a proof must have. */
export interface ExpectedRun {
  /** Such as `dev-one/infrastructure`. */
  readonly repository: string;
  readonly pullRequest: number;
  readonly run: number;
}

/**
 * Has GitHub sign the manifest in a directory, by requesting an OIDC token of this run whose audience is the manifest's hash. No
 * service accepts that audience, so the token grants no access. Its claims name the run, the pull request and the commit of the
 * manifest.
 */
export async function prove(directory: string): Promise<void> {
  writeFileSync(join(directory, PROOF_FILE), await idToken(audienceOf(directory)));
}

/**
 * Checks that the manifest in a directory was written by a run of a pull request.
 * @param keys URL of the keys that verify the signature @default GitHub's own
 * @returns GitHub's merge commit of branch and base, which the run checked out
 * @throws UserError naming the claim that differs
 */
export async function verifyProof(
  directory: string,
  expected: ExpectedRun,
  keys = `${ISSUER}/.well-known/jwks`,
): Promise<string> {
  const claims = await signedClaims(directory, keys);
  const { repository, pullRequest, run } = expected;
  const ref = `refs/pull/${pullRequest}/merge`;
  const wanted = {
    repository,
    event_name: "pull_request",
    ref,
    base_ref: "main",
    run_id: String(run),
    workflow_ref: `${repository}/${WORKFLOW}@${ref}`,
  };
  for (const [claim, value] of Object.entries(wanted)) {
    if (claims[claim] !== value) {
      throw new UserError(
        `The plan's proof says ${claim} ${JSON.stringify(claims[claim] ?? null)}, and should say ${JSON.stringify(value)}: it is of another run.`,
      );
    }
  }
  if (typeof claims.sha !== "string" || !/^[0-9a-f]{40}$/.test(claims.sha)) {
    throw new UserError("The plan's proof names no commit.");
  }
  return claims.sha;
}

async function signedClaims(directory: string, keys: string): Promise<JWTPayload> {
  let token: string;
  try {
    token = readFileSync(join(directory, PROOF_FILE), "utf8").trim();
  } catch {
    throw new UserError(`${join(directory, PROOF_FILE)} cannot be read: the plan has no proof of its run.`);
  }
  try {
    // The token expires minutes after the plan. It serves as a signature here, so it is verified as of its issue time.
    const currentDate = new Date((decodeJwt(token).iat ?? 0) * 1000);
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(keys)), {
      issuer: ISSUER,
      audience: audienceOf(directory),
      algorithms: ["RS256"],
      currentDate,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud") {
      throw new UserError("The plan's manifest is not the one that its run has signed.");
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`The plan's proof is not signed by GitHub as it should be: ${reason}.`);
  }
}

const audienceOf = (directory: string): string => `dev-one-plan:sha256:${hashOf(join(directory, MANIFEST_FILE))}`;
