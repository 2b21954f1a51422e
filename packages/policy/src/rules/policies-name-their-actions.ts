import { every, type Rule } from "../rule";
import { allows, POLICY_TYPES, statementsOf } from "../statements";

const isTheAccount = (principals: Readonly<Record<string, readonly string[]>>): boolean =>
  Object.keys(principals).join() === "AWS" && /^arn:aws:iam::\d{12}:root$/.test(principals.AWS?.join() ?? "");

export const policiesNameTheirActions: Rule = {
  id: "policies-name-their-actions",
  title: "No policy allows every action of a service",
  reason: "A permission nobody thought of is one nobody watches; the next action that AWS invents is allowed as well.",
  remedy: "List the actions. Only a key's own policy may say kms:*, for the account, because IAM then narrows it.",
  controls: { checkov: ["CKV_AWS_62", "CKV_AWS_63"], securityHub: ["IAM.1", "IAM.21"], cis: ["1.16"] },

  subjects: every(...POLICY_TYPES),
  judge: (resource) =>
    statementsOf(resource)
      .filter(allows)
      .flatMap((statement) => [
        statement.notActions.length > 0 ? "a statement allows everything but some actions" : undefined,
        ...statement.actions
          .filter((action) => action === "*" || action.endsWith(":*"))
          .filter(() => !(resource.type === "aws_kms_key" && isTheAccount(statement.principals)))
          .map((action) => `${action} is allowed`),
      ]),
};
