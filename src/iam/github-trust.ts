import { policyDocument } from "./policy-document";

/** Issuer of the OIDC tokens of GitHub's workflows. */
export const GITHUB_ISSUER = "token.actions.githubusercontent.com";

/** Trust policy for workflows of GitHub. @param subjects what the tokens name: repository and place, without wildcards */
export function assumedByGithub(providerArn: string, subjects: readonly string[]): string {
  return policyDocument([
    {
      principals: { Federated: providerArn },
      actions: ["sts:AssumeRoleWithWebIdentity"],
      conditions: {
        StringEquals: { [`${GITHUB_ISSUER}:aud`]: "sts.amazonaws.com", [`${GITHUB_ISSUER}:sub`]: subjects },
      },
    },
  ]);
}

/** ARN of the account's OIDC provider for GitHub, which the stack of the state creates. */
export const githubProviderArn = (accountId: string): string =>
  `arn:aws:iam::${accountId}:oidc-provider/${GITHUB_ISSUER}`;
