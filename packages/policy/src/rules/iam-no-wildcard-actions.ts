import { allows, POLICY_TYPES, statementsOf } from "../facts/statements";
import { every, type Rule } from "../rule";

const isAccountRoot = (principals: Readonly<Record<string, readonly string[]>>): boolean =>
  Object.keys(principals).join() === "AWS" && /^arn:aws:iam::\d{12}:root$/.test(principals.AWS?.join() ?? "");

export const iamNoWildcardActions: Rule = {
  id: "iam-no-wildcard-actions",
  title: "IAM policies allow no wildcard actions (* or service:*)",
  reason: "A wildcard also allows actions that nobody reviewed, and those that AWS adds later.",
  remedy:
    "List the actions. Only a key policy may allow kms:* to the account root, because IAM policies then restrict it.",
  controls: { checkov: ["CKV_AWS_62", "CKV_AWS_63"], securityHub: ["IAM.1", "IAM.21"], cis: ["1.16"] },

  subjects: every(...POLICY_TYPES),
  check: (resource) =>
    statementsOf(resource)
      .filter(allows)
      .flatMap((statement) => [
        statement.notActions.length > 0 ? "a statement allows all actions but those in NotAction" : undefined,
        ...statement.actions
          .filter((action) => action === "*" || action.endsWith(":*"))
          .filter(() => !(resource.type === "aws_kms_key" && isAccountRoot(statement.principals)))
          .map((action) => `${action} is allowed`),
      ]),
};
