// Administrator permissions and public access by IAM policies, in many notations.
import { allow, githubRole, type NamedPlan, narrow, policy } from "./builders";
import { create, plan, update } from "./plans";

export const administration: readonly NamedPlan[] = [
  ["allows * on *", plan([create("aws_iam_role_policy.p", { role: "r", policy: policy(allow("*")) })], "staging")],
  [
    "allows * on * inside of a list",
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
    "allows NotAction on *",
    plan([create("aws_iam_role_policy.p", { policy: policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }) })]),
  ],
  ["allows iam:PutRole* on *", plan([create("aws_iam_user_policy.p", { policy: policy(allow("IAM:PutRole*")) })])],
  [
    "an inline policy in a role",
    plan([
      update("aws_iam_role.r", { inline_policy: [] }, { inline_policy: [{ name: "x", policy: policy(allow("*")) }] }),
    ]),
  ],
  [
    "allows iam:* on *",
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
    "allows * on *, in JSON with escaped letters",
    plan([create("aws_iam_role_policy.p", { policy: policy(allow("*")).replace('"Statement"', '"\\u0053tatement"') })]),
  ],
  [
    "allows * on *, in a JSON string inside of JSON",
    plan([create("acme_template.t", { body: JSON.stringify({ policies: [policy(allow("*"))] }) })]),
  ],
  ["lets every GitHub repository assume the role", plan([githubRole()])],
  [
    "allows every principal but one account",
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
    "allows every principal from 0.0.0.0/0",
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
