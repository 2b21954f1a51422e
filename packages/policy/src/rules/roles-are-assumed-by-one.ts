import { every, type Rule } from "../rule";
import { allows, statementsOf } from "../statements";

export const rolesAreAssumedByOne: Rule = {
  id: "roles-are-assumed-by-one",
  title: "A role is assumed by services and people that are named, on behalf of this account",
  reason: "A service that serves everybody can be led to use the role for somebody else.",
  remedy: "Use assumedByService, or name the ARN; EC2 is the only service that cannot say for whom it asks.",
  controls: { checkov: ["CKV_AWS_60", "CKV_AWS_61"] },

  subjects: every("aws_iam_role"),
  judge: (role) =>
    statementsOf(role, "assume_role_policy")
      .filter(allows)
      .flatMap(({ principals, conditions }) => {
        const keys = Object.values(conditions).flatMap((each) => Object.keys(each));
        const speaksForUs = keys.some((key) => /^aws:Source(Account|Arn|OrgID)$/i.test(key));
        const services = (principals.Service ?? []).filter((service) => service !== "ec2.amazonaws.com");
        const externals = (principals.AWS ?? []).filter((arn) => arn === "*");
        return [
          ...services.filter(() => !speaksForUs).map((service) => `${service} may assume it for any account`),
          ...externals.map(() => "anybody may assume it"),
        ];
      }),
};
