import { isGithubSubject } from "../../../../src/environments";
import { every, type Rule } from "../rule";
import { allows, statementsOf } from "../statements";

const ISSUER = "token.actions.githubusercontent.com";

export const githubTrustNamesOnePlace: Rule = {
  id: "github-trust-names-one-place",
  title: "GitHub's workflows assume a role from one repository and one place in it",
  reason: "GitHub's identity provider speaks for every repository in the world; without sub, all of them get in.",
  remedy:
    "Compare aud and sub by StringEquals, with a sub such as repo:owner/name:environment:production or repo:owner@1/name@2:environment:production.",
  controls: { checkov: ["CKV_AWS_358"] },

  subjects: every("aws_iam_role"),
  judge: (role) =>
    statementsOf(role, "assume_role_policy")
      .filter((statement) => allows(statement) && statement.actions.includes("sts:AssumeRoleWithWebIdentity"))
      .flatMap(({ conditions }) => {
        const equals = conditions.StringEquals ?? {};
        const subjects = equals[`${ISSUER}:sub`] ?? [];
        return [
          equals[`${ISSUER}:aud`]?.join() === "sts.amazonaws.com" ? undefined : "aud is not sts.amazonaws.com alone",
          subjects.length === 0 ? "sub is not compared by StringEquals" : undefined,
          ...subjects.map((sub) => (isGithubSubject(sub) ? undefined : `${sub} is not one place of one repository`)),
        ];
      }),
};
