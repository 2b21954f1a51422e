// Who makes himself an administrator, or lets anybody in, in as many disguises as there are.
import { allow, githubRole, type NamedPlan, narrow, policy } from "./builders";
import { create, plan, replace, update } from "./plans";

export const administration: readonly NamedPlan[] = [
  [
    "everything on everything",
    plan([create("aws_iam_role_policy.p", { role: "r", policy: policy(allow("*")) })], "staging"),
  ],
  [
    "everything, hidden in a list",
    plan([
      update(
        "aws_iam_policy.p",
        { policy: narrow },
        {
          policy: policy(
            allow("s3:GetObject", "arn:aws:s3:::assets/*"),
            allow(["ec2:Describe*", "*:*"], ["arn:aws:s3:::x", "*"]),
          ),
        },
      ),
    ]),
  ],
  [
    "all but something",
    plan([create("aws_iam_role_policy.p", { policy: policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }) })]),
  ],
  [
    "a policy that can make policies",
    plan([create("aws_iam_user_policy.p", { policy: policy(allow("IAM:PutRole*")) })]),
  ],
  [
    "AdministratorAccess is attached",
    plan([
      create("aws_iam_role_policy_attachment.a", {
        role: "r",
        policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    ]),
  ],
  [
    "AdministratorAccess goes to somebody else",
    plan([
      replace(
        "aws_iam_role_policy_attachment.a",
        { role: "r", policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" },
        { role: "s" },
      ),
    ]),
  ],
  [
    "an inline policy in a role",
    plan([
      update("aws_iam_role.r", { inline_policy: [] }, { inline_policy: [{ name: "x", policy: policy(allow("*")) }] }),
    ]),
  ],
  [
    "all of IAM, by its name",
    plan([create("aws_iam_role_policy.p", { policy: policy(allow("iam:*", "arn:aws:iam::444455556666:*")) })]),
  ],
  ...[
    "arn:aws:*:*:444455556666:*",
    "arn:aws:*:us-east-1:444455556666:*",
    "arn:aws:*::444455556666:*",
    "arn:*:*:*:*:*",
    "arn:aws:i*::444455556666:role/*",
  ].map((resource): NamedPlan => [
    `everything of an account: ${resource}`,
    plan([create("aws_iam_role_policy.p", { policy: policy(allow("*", resource)) })], "staging"),
  ]),
  ...[
    { Bool: { "aws:SecureTransport": "true" } },
    { StringLike: { "aws:PrincipalTag/team": "*" } },
    { StringNotEquals: { "aws:PrincipalTag/team": "x" } },
    { DateGreaterThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } },
  ].map((Condition): NamedPlan => [
    `a policy that can make policies, when ${JSON.stringify(Condition)}`,
    plan([create("aws_iam_user_policy.p", { policy: policy(allow("iam:Put*", "*", { Condition })) })], "staging"),
  ]),
  [
    "a policy whose words are written with escapes",
    plan([create("aws_iam_role_policy.p", { policy: policy(allow("*")).replace('"Statement"', '"\\u0053tatement"') })]),
  ],
  [
    "a policy within another text of JSON",
    plan([create("acme_template.t", { body: JSON.stringify({ policies: [policy(allow("*"))] }) })]),
  ],
  [
    "AdministratorAccess for a permission set",
    plan([
      create("aws_ssoadmin_managed_policy_attachment.a", {
        permission_set_arn: "arn:aws:sso:::permissionSet/ssoins-1/ps-1",
        managed_policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    ]),
  ],
  [
    "AdministratorAccess for another permission set",
    plan([
      replace(
        "aws_ssoadmin_managed_policy_attachment.a",
        { permission_set_arn: "a", managed_policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" },
        { permission_set_arn: "b" },
      ),
    ]),
  ],
  ["any repository of GitHub may take on the role", plan([githubRole()])],
  [
    "anybody but one account",
    plan([
      create("aws_sns_topic_policy.p", {
        policy: policy({
          ...allow("sns:*"),
          Principal: "*",
          Condition: { StringNotEquals: { "aws:PrincipalAccount": "1" } },
        }),
      }),
    ]),
  ],
  [
    "anybody, from anywhere",
    plan([
      create("aws_sns_topic_policy.p", {
        policy: policy({
          ...allow("sns:*"),
          Principal: "*",
          Condition: { IpAddress: { "aws:SourceIp": ["0.0.0.0/0"] } },
        }),
      }),
    ]),
  ],
];
