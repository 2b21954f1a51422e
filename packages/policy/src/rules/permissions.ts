import type { Resource } from "@dev-one/terraform-json/resources";

import { isGithubSubject } from "../../../../src/environments";
import { allows, POLICY_TYPES, statementsOf } from "../facts/statements";
import { every, type Rule } from "../rule";

const ISSUER = "token.actions.githubusercontent.com";

const isAccountRoot = (principals: Readonly<Record<string, readonly string[]>>): boolean =>
  Object.keys(principals).join() === "AWS" && /^arn:aws:iam::\d{12}:root$/.test(principals.AWS?.join() ?? "");

/**
 * Services that are not documented to send the source account: EC2, and RDS for RDS Proxy.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
 */
const WITHOUT_SOURCE = ["ec2.amazonaws.com", "rds.amazonaws.com"];

/** Read-only actions, by the prefixes of their names. */
const READS = /^[a-z0-9-]+:(Describe|Get|List|View|Lookup|Search|BatchGet)[A-Za-z]*\*?$/;

/**
 * Characters of a managed policy, and of all inline policies of a role together, without white space.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const LONGEST = { managed: 6144, inline: 10_240 };

/** Characters of policies, with 21 for each reference to an id, such as that of a VPC, and 100 for each other one, such as an ARN. */
function charactersOf(policies: readonly Resource[]): number {
  const documents = policies.map((each) => JSON.stringify(each.document("policy")));
  const written = documents.join("").replaceAll(/\$\{[^{}]*\.id\}/g, "_".repeat(21));
  return written.replaceAll(/\$\{[^{}]*\}/g, "_".repeat(100)).length;
}

export const permissions: readonly Rule[] = [
  {
    id: "iam-policy-size",
    title:
      "Policies are within IAM's limits: 6,144 characters of a managed policy, 10,240 of all inline policies of a role",
    reason: "IAM rejects a longer one, which ends an apply halfway.",
    remedy:
      "Write grants of the role as managed policies (aws_iam_policy with aws_iam_role_policy_attachment), give one of its services a group of its own, or divide the managed policy.",
    subjects: every("aws_iam_policy", "aws_iam_role"),
    check: (resource, stack) => {
      const isRole = resource.type === "aws_iam_role";
      const inline = stack.of("aws_iam_role_policy").filter((policy) => policy.target("role") === resource);
      const characters = charactersOf(isRole ? inline : [resource]);
      const limit = isRole ? LONGEST.inline : LONGEST.managed;
      return (
        characters > limit &&
        `${resource.template("name") ?? ""} has about ${characters} characters of ${isRole ? "inline policies" : "policy"}, and IAM allows ${limit}`
      );
    },
  },
  {
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
            equals[`${ISSUER}:aud`]?.join() !== "sts.amazonaws.com" && "aud must be sts.amazonaws.com only",
            subjects.length === 0 && "sub is not compared by StringEquals",
            ...subjects.map(
              (sub) =>
                !isGithubSubject(sub) && `${sub} does not name one repository and one environment, ref or pull_request`,
            ),
          ];
        }),
  },
  {
    id: "iam-no-wildcard-actions",
    title: "IAM policies allow no wildcard actions (* or service:*)",
    reason: "A wildcard also allows actions that were not reviewed, and those that AWS adds later.",
    remedy:
      "List the actions. Only a key policy may allow kms:* to the account root, because IAM policies then restrict it.",
    controls: { checkov: ["CKV_AWS_62", "CKV_AWS_63"], securityHub: ["IAM.1", "IAM.21"], cis: ["1.16"] },
    subjects: every(...POLICY_TYPES),
    check: (resource) =>
      statementsOf(resource)
        .filter(allows)
        .flatMap((statement) => [
          statement.notActions.length > 0 && "a statement allows all actions but those in NotAction",
          ...statement.actions
            .filter((action) => action === "*" || action.endsWith(":*"))
            .filter(() => !(resource.type === "aws_kms_key" && isAccountRoot(statement.principals)))
            .map((action) => `${action} is allowed`),
        ]),
  },
  {
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
  },
  {
    id: "iam-role-has-permissions-boundary",
    title: "Every role that Terraform creates has the environment's permissions boundary",
    reason: "A CI role that may write policies could otherwise create a role with more permissions than its own.",
    remedy: "Set permissionsBoundary to boundaryArn(environment).",
    // An administrator creates the roles of the CI workflows, together with the state bucket.
    subjects: (stack) => (stack.name.endsWith("-state") ? [] : stack.of("aws_iam_role")),
    check: (role) =>
      !/:policy\/dev-one-[\w-]+-boundary$/.test(role.text("permissions_boundary") ?? "") &&
      "permissions_boundary is not the environment's",
  },
  {
    id: "iam-trust-policy-restricts-principals",
    title: "Trust policies name services with the source account, or ARNs",
    reason:
      "Without aws:SourceAccount or aws:SourceArn, an AWS service can be made to use the role on behalf of another account (confused deputy).",
    remedy: "Use assumedByService, or name the ARN; EC2 and RDS Proxy are not documented to send the source account.",
    controls: { checkov: ["CKV_AWS_60", "CKV_AWS_61"] },
    subjects: every("aws_iam_role"),
    check: (role) =>
      statementsOf(role, "assume_role_policy")
        .filter(allows)
        .flatMap(({ principals, conditions }) => {
          const keys = Object.values(conditions).flatMap((each) => Object.keys(each));
          const restrictsSource = keys.some((key) => /^aws:Source(Account|Arn|OrgID)$/i.test(key));
          const services = (principals.Service ?? []).filter((service) => !WITHOUT_SOURCE.includes(service));
          const wildcards = (principals.AWS ?? []).filter((arn) => arn === "*");
          return [
            ...services
              .filter(() => !restrictsSource)
              .map((service) => `${service} may assume it on behalf of any account`),
            ...wildcards.map(() => "every AWS account may assume it"),
          ];
        }),
  },
];
