import { allows, statementsOf } from "../facts/statements";
import { every, type Rule } from "../rule";

export const iamTrustPolicyRestrictsPrincipals: Rule = {
  id: "iam-trust-policy-restricts-principals",
  title: "Trust policies name services with the source account, or ARNs",
  reason:
    "Without aws:SourceAccount or aws:SourceArn, an AWS service can be made to use the role on behalf of another account (confused deputy).",
  remedy: "Use assumedByService, or name the ARN; only EC2 sends no source account.",
  controls: { checkov: ["CKV_AWS_60", "CKV_AWS_61"] },

  subjects: every("aws_iam_role"),
  check: (role) =>
    statementsOf(role, "assume_role_policy")
      .filter(allows)
      .flatMap(({ principals, conditions }) => {
        const keys = Object.values(conditions).flatMap((each) => Object.keys(each));
        const restrictsSource = keys.some((key) => /^aws:Source(Account|Arn|OrgID)$/i.test(key));
        const services = (principals.Service ?? []).filter((service) => service !== "ec2.amazonaws.com");
        const wildcards = (principals.AWS ?? []).filter((arn) => arn === "*");
        return [
          ...services
            .filter(() => !restrictsSource)
            .map((service) => `${service} may assume it on behalf of any account`),
          ...wildcards.map(() => "every AWS account may assume it"),
        ];
      }),
};
