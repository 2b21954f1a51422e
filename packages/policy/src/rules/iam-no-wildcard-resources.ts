import { allows, statementsOf } from "../facts/statements";
import { every, type Rule } from "../rule";

/** Read-only actions, by the prefixes of their names. */
const READS = /^[a-z0-9-]+:(Describe|Get|List|View|Lookup|Search|BatchGet)[A-Za-z]*\*?$/;

export const iamNoWildcardResources: Rule = {
  id: "iam-no-wildcard-resources",
  title: "IAM policies allow write actions on named resources or under a condition only",
  reason: "A role that may change every resource of a kind can also change those of other environments and projects.",
  remedy: "Name the ARN, or add a condition such as a tag; only read actions may be allowed on *.",
  controls: { checkov: ["CKV_AWS_355", "CKV_AWS_289", "CKV_AWS_290"] },

  subjects: every("aws_iam_role_policy", "aws_iam_policy", "aws_cloudwatch_log_resource_policy"),
  check: (resource) =>
    statementsOf(resource)
      .filter((statement) => allows(statement) && statement.resources.includes("*"))
      .filter((statement) => Object.keys(statement.conditions).length === 0)
      .flatMap((statement) => statement.actions.filter((action) => !READS.test(action)))
      .map((action) => `${action} is allowed on every resource`),
};
