import { isGithubSubject } from "../../../../src/environments";
import { allows, statementsOf } from "../facts/statements";
import { every, type Rule } from "../rule";

const ISSUER = "token.actions.githubusercontent.com";

export const iamGithubOidcRestrictsSubject: Rule = {
  id: "iam-github-oidc-restricts-subject",
  title:
    "A role for GitHub Actions is assumed by one repository, and there from one environment, one ref or pull requests only",
  reason:
    "GitHub's OIDC provider issues tokens for every repository. Without a condition on sub, every repository could assume the role.",
  remedy:
    "Compare aud and sub by StringEquals, with a sub such as repo:owner/name:environment:production or repo:owner@1/name@2:environment:production.",
  controls: { checkov: ["CKV_AWS_358"] },

  subjects: every("aws_iam_role"),
  check: (role) =>
    statementsOf(role, "assume_role_policy")
      .filter((statement) => allows(statement) && statement.actions.includes("sts:AssumeRoleWithWebIdentity"))
      .flatMap(({ conditions }) => {
        const equals = conditions.StringEquals ?? {};
        const subjects = equals[`${ISSUER}:sub`] ?? [];
        return [
          equals[`${ISSUER}:aud`]?.join() === "sts.amazonaws.com" ? undefined : "aud must be sts.amazonaws.com only",
          subjects.length === 0 ? "sub is not compared by StringEquals" : undefined,
          ...subjects.map((sub) =>
            isGithubSubject(sub)
              ? undefined
              : `${sub} does not name one repository and one environment, ref or pull_request`,
          ),
        ];
      }),
};
