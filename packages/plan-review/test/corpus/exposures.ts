// Public access in other clouds, outside of security groups, and in other notations.
import type { JsonObject } from "@dev-one/cli/json";

import { allow, GITHUB, githubRole, group, INGRESS, type NamedPlan, policy, rule } from "./builders";
import { change, create, destroy, plan, unchanged, update } from "./plans";

const made = (name: string, address: string, after: JsonObject): NamedPlan => [
  name,
  plan([create(address, after)], "staging"),
];
const ssh = (cidr: string, family = "cidr_ipv4"): JsonObject =>
  rule({ from_port: 22, to_port: 22, cidr_ipv4: null, [family]: cidr });
const trust = (principal: string, condition: JsonObject, action = "sts:AssumeRole"): JsonObject =>
  create("aws_iam_role.r", {
    name: "r",
    assume_role_policy: policy({
      Effect: "Allow",
      Action: action,
      Principal: principal === "*" ? "*" : { AWS: principal },
      Condition: condition,
    }),
  });

const networks: readonly NamedPlan[] = [
  [
    "SSH from many CIDRs that together are public",
    plan([
      group,
      ...Array.from({ length: 64 }, (_, index) =>
        create(`aws_vpc_security_group_ingress_rule.r["${index}"]`, ssh(`${64 + index}.0.0.0/10`)),
      ),
    ]),
  ],
  [
    "SSH from one more CIDR that makes all together public",
    plan([
      group,
      ...Array.from({ length: 3 }, (_, index) =>
        unchanged(`aws_vpc_security_group_ingress_rule.r["${index}"]`, ssh(`${64 + index}.0.0.0/11`)),
      ),
      create('aws_vpc_security_group_ingress_rule.r["3"]', ssh("67.0.0.0/11")),
    ]),
  ],
  [
    "SSH from many IPv6 CIDRs that together are public",
    plan([
      group,
      ...Array.from({ length: 2 }, (_, index) =>
        create(
          `aws_vpc_security_group_ingress_rule.r["${index}"]`,
          ssh(index === 0 ? "2000::/17" : "2000:8000::/17", "cidr_ipv6"),
        ),
      ),
    ]),
  ],
  [
    "SSH from a prefix list with 0.0.0.0/1 and 128.0.0.0/1",
    plan([
      group,
      unchanged("aws_ec2_managed_prefix_list.l", {
        id: "pl-1",
        name: "offices",
        entry: [{ cidr: "0.0.0.0/1" }, { cidr: "128.0.0.0/1" }],
      }),
      create(INGRESS, ssh("pl-1", "prefix_list_id")),
    ]),
  ],
  [
    "SSH from a prefix list with entries as resources",
    plan([
      group,
      unchanged("aws_ec2_managed_prefix_list.l", { id: "pl-1", name: "offices" }),
      unchanged("aws_ec2_managed_prefix_list_entry.e", { prefix_list_id: "pl-1", cidr: "0.0.0.0/0" }),
      create(INGRESS, ssh("pl-1", "prefix_list_id")),
    ]),
  ],
  [
    "a prefix list gets CIDRs that together are public",
    plan([
      update(
        "aws_ec2_managed_prefix_list.l",
        { id: "pl-1", entry: [] },
        { entry: Array.from({ length: 8 }, (_, index) => ({ cidr: `${64 + index}.0.0.0/11` })) },
      ),
    ]),
  ],
  [
    "a deposed object had the same public rule",
    plan([
      group,
      destroy(INGRESS, ssh("0.0.0.0/0"), { more: { deposed: "abcd1234" } }),
      update(INGRESS, ssh("10.0.0.0/8"), { cidr_ipv4: "0.0.0.0/0" }),
    ]),
  ],
];

const principals: readonly NamedPlan[] = [
  [
    "every principal, by ForAllValues",
    plan([trust("*", { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-abc" } })]),
  ],
  [
    "every principal, with a wildcard for the account of its ARN",
    plan([trust("*", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/deploy" } })]),
  ],
  [
    "every principal, with a wildcard at the beginning of its ARN",
    plan([trust("*", { StringLike: { "aws:PrincipalArn": "*:role/deploy" } })]),
  ],
  [
    "every principal, with twelve ? as its account",
    plan([trust("*", { StringLike: { "aws:PrincipalAccount": "????????????" } })]),
  ],
  [
    "every principal, with a wildcard for its organization",
    plan([trust("*", { StringLike: { "aws:PrincipalOrgID": "o-*" } })]),
  ],
  [
    "every principal from 0.0.0.0/1 and 128.0.0.0/1",
    plan([trust("*", { IpAddress: { "aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"] } })]),
  ],
  ["every principal, as an ARN with a wildcard", plan([trust("arn:aws:iam::*:root", {})])],
  [
    "every bucket, by an ARN with a wildcard",
    plan([
      create("aws_sns_topic_policy.p", {
        policy: policy({
          ...allow("sns:Publish"),
          Principal: "*",
          Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } },
        }),
      }),
    ]),
  ],
  ["GitHub: every repository, by a wildcard", plan([githubRole({ StringLike: { [`${GITHUB}:sub`]: "repo:*" } })])],
  [
    "GitHub: every organization with a prefix",
    plan([githubRole({ StringLike: { [`${GITHUB}:sub`]: "repo:dev-one*" } })]),
  ],
  [
    "GitHub: every organization with a repository of one name",
    plan([
      githubRole({ StringLike: { [`${GITHUB}:sub`]: ["repo:dev-one/infrastructure:*", "repo:*/infrastructure:*"] } }),
    ]),
  ],
  ...["repo:*@123456/infrastructure@456789:*", "repo:dev-one@*/infrastructure@456789:*", "repo:dev-one@12*"].map(
    (sub): NamedPlan => [
      `GitHub: any organization, by a wildcard beside an id: ${sub}`,
      plan([githubRole({ StringLike: { [`${GITHUB}:sub`]: sub } })]),
    ],
  ),
  [
    "GitHub: every repository, by ForAllValues",
    plan([githubRole({ "ForAllValues:StringLike": { [`${GITHUB}:sub`]: "repo:dev-one/x:*" } })]),
  ],
  ...[
    "iam:CreateAccessKey",
    "iam:AddUserToGroup",
    "iam:PassRole",
    "iam:CreateLoginProfile",
    "iam:UpdateLoginProfile",
    "iam:UpdateAssumeRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutUserPermissionsBoundary",
    "sso:CreateAccountAssignment",
  ].map((action): NamedPlan => [
    `an action that makes administrators: ${action}`,
    plan([create("aws_iam_role_policy.p", { policy: policy(allow(action)) })], "staging"),
  ]),
  [
    "iam:CreateAccessKey for every user",
    plan([
      create("aws_iam_role_policy.p", {
        policy: policy(allow("iam:CreateAccessKey", "arn:aws:iam::444455556666:us*")),
      }),
    ]),
  ],
];

const administrators: readonly NamedPlan[] = [
  made("a policy with element names in lower case", "aws_iam_policy.p", {
    policy: JSON.stringify({ statement: [{ effect: "allow", action: "*", resource: "*" }] }),
  }),
  [
    "an unknown combination of actions with a deletion",
    plan([change("aws_db_instance.d", ["delete", "create", "update"], { before: {}, after: {} })]),
  ],
];

export const exposures: readonly NamedPlan[] = [...networks, ...principals, ...administrators];
