import { type Case, policy, set } from "../support";

const account = { AWS: "arn:aws:iam::111122223333:root" };
const denies = (resources: readonly string[]) => ({
  aws_s3_bucket: { b: {} },
  aws_s3_bucket_policy: {
    p: {
      bucket: "${aws_s3_bucket.b.id}",
      policy: policy({
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:*"],
        Resource: resources,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    },
  },
});
const rolePolicy = (...statements: object[]) => ({ aws_iam_role_policy: { p: { policy: policy(...statements) } } });
const trusts = (Principal: object, Condition?: object, Action = "sts:AssumeRole") => ({
  aws_iam_role: {
    r: { assume_role_policy: policy({ Effect: "Allow", Principal, Action, ...(Condition ? { Condition } : {}) }) },
  },
});
const github = (sub: object) =>
  trusts(
    { Federated: "${aws_iam_openid_connect_provider.github.arn}" },
    { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" }, ...sub },
    "sts:AssumeRoleWithWebIdentity",
  );
/** A role that workflows of GitHub assume, with a subject that is compared by StringEquals. */
export const githubRole = (sub: string) =>
  github({
    StringEquals: {
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      "token.actions.githubusercontent.com:sub": sub,
    },
  });

/** A role with inline policies on this number of queues, each of 100 characters. */
const inline = (...queues: readonly number[]) => ({
  aws_iam_role: { r: { name: "dev-one-staging-servers" } },
  aws_iam_role_policy: Object.fromEntries(
    queues.map((count, index) => [
      `p${index}`,
      {
        role: "${aws_iam_role.r.id}",
        policy: policy({
          Effect: "Allow",
          Action: ["sqs:SendMessage"],
          Resource: Array.from({ length: count }, (_, queue) => `\${aws_sqs_queue.q${queue}.arn}`),
        }),
      },
    ]),
  ),
});

export const permissions: readonly Case[] = [
  {
    rule: "iam-policy-size",
    fails: inline(50, 50),
    says: "dev-one-staging-servers has about 10498 characters of inline policies, and IAM allows 10240",
    passes: inline(50, 45),
    breaks: set("aws_iam_role_policy", {
      policy: (was) => was.replace(/"Resource" = \[/, `$&"${"x".repeat(10_240)}", `),
    }),
  },
  {
    rule: "s3-requires-tls",
    fails: denies(["${aws_s3_bucket.b.arn}"]),
    says: "no statement denies requests without TLS to the bucket and its objects",
    passes: denies(["${aws_s3_bucket.b.arn}", "${aws_s3_bucket.b.arn}/*"]),
    breaks: set("aws_s3_bucket_policy", { policy: (was) => was.replace('"Effect" = "Deny"', '"Effect" = "Allow"') }),
  },
  {
    rule: "iam-no-wildcard-actions",
    fails: rolePolicy({ Effect: "Allow", Action: ["s3:*"], Resource: ["arn:aws:s3:::b"] }),
    says: "s3:* is allowed",
    passes: {
      ...rolePolicy({ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::b/*"] }),
      aws_kms_key: { k: { policy: policy({ Effect: "Allow", Principal: account, Action: "kms:*", Resource: "*" }) } },
    },
    breaks: set("aws_kms_key", { policy: (was) => was.replace("111122223333:root", "111122223333:role/other") }),
  },
  {
    rule: "iam-no-wildcard-resources",
    fails: rolePolicy({ Effect: "Allow", Action: ["ec2:DescribeVpcs", "ec2:TerminateInstances"], Resource: "*" }),
    says: "ec2:TerminateInstances is allowed on every resource",
    passes: rolePolicy(
      { Effect: "Allow", Action: ["ec2:Describe*"], Resource: "*" },
      {
        Effect: "Allow",
        Action: ["ec2:TerminateInstances"],
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/env": "staging" } },
      },
    ),
    breaks: set(
      "aws_iam_role_policy",
      { policy: (was) => was.replace(/"Resource" = \[.*?\]\}\]/s, '"Resource" = ["*"]}]') },
      "database",
    ),
  },
  {
    rule: "iam-trust-policy-restricts-principals",
    fails: trusts({ Service: "monitoring.rds.amazonaws.com" }),
    says: "monitoring.rds.amazonaws.com may assume it on behalf of any account",
    passes: {
      aws_iam_role: {
        ...trusts({ Service: "ec2.amazonaws.com" }).aws_iam_role,
        proxy: trusts({ Service: "rds.amazonaws.com" }).aws_iam_role.r,
        logs: trusts(
          { Service: "vpc-flow-logs.amazonaws.com" },
          { StringEquals: { "aws:SourceAccount": "111122223333" } },
        ).aws_iam_role.r,
      },
    },
    breaks: set("aws_iam_role", trusts({ AWS: "*" }).aws_iam_role.r, "proxy"),
  },
  {
    rule: "iam-role-has-permissions-boundary",
    fails: { aws_iam_role: { r: { permissions_boundary: "arn:aws:iam::aws:policy/AdministratorAccess" } } },
    says: "permissions_boundary is not the environment's",
    passes: {
      aws_iam_role: { r: { permissions_boundary: "arn:aws:iam::111122223333:policy/dev-one-staging-boundary" } },
    },
    breaks: set("aws_iam_role", { permissions_boundary: undefined }, "proxy"),
  },
  {
    rule: "iam-github-oidc-restricts-subject",
    fails: github({ StringLike: { "token.actions.githubusercontent.com:sub": "repo:dev-one/infrastructure:*" } }),
    says: "sub is not compared by StringEquals",
    passes: githubRole("repo:dev-one/infrastructure:environment:staging"),
    stack: "staging-state",
    breaks: set("aws_iam_role", githubRole("repo:dev-one/infrastructure:*").aws_iam_role.r),
  },
];
