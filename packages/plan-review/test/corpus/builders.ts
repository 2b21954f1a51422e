import type { JsonObject } from "@dev-one/cli/json";

import { create, plan, unchanged, update } from "./plans";

/** A name, and a plan. */
export type NamedPlan = readonly [string, JsonObject];

/** A plan that updates one resource, which has an id. */
export const changedResource = (name: string, address: string, before: JsonObject, after: JsonObject): NamedPlan => [
  name,
  plan([update(address, { id: "x", ...before }, after)]),
];

export const SG = { id: "sg-1", name: "servers" };
export const rule = (more: JsonObject = {}): JsonObject => ({
  security_group_id: "sg-1",
  ip_protocol: "tcp",
  from_port: 443,
  to_port: 443,
  cidr_ipv4: "10.0.0.0/8",
  ...more,
});
export const INGRESS = "aws_vpc_security_group_ingress_rule.web";
export const group = unchanged("aws_security_group.servers", SG);
export const SSH = { protocol: "tcp", from_port: 22, to_port: 22, cidr_blocks: ["0.0.0.0/0"] };
/** The configuration in a plan of a group whose rules are resources of their own or dynamic blocks. */
export const groupWithoutRules: JsonObject = {
  root_module: {
    resources: [{ address: "aws_security_group.servers", expressions: { name: { constant_value: "servers" } } }],
  },
};
export const policy = (...statements: JsonObject[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
export const allow = (
  action: string | string[],
  resource: string | string[] = "*",
  more: JsonObject = {},
): JsonObject => ({
  Effect: "Allow",
  Action: action,
  Resource: resource,
  ...more,
});
export const narrow = policy(allow("s3:GetObject", "arn:aws:s3:::assets/*"));
/** The issuer of GitHub's tokens, which condition keys begin with. */
export const GITHUB = "token.actions.githubusercontent.com";
/** A new role that workflows of GitHub may assume; its trust policy compares `aud`, and what the condition adds. */
export const githubRole = ({ StringEquals = {}, ...others }: Record<string, JsonObject> = {}): JsonObject =>
  create("aws_iam_role.r", {
    name: "r",
    assume_role_policy: policy({
      Effect: "Allow",
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: `arn:aws:iam::1:oidc-provider/${GITHUB}` },
      Condition: { StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com", ...StringEquals }, ...others },
    }),
  });
export const RESERVATION = "aws_ec2_subnet_cidr_reservation.rest";
export const reservation = { id: "scr-1", subnet_id: "subnet-1", cidr_block: "172.31.1.110/32" };
export const namedSubnet = { id: "subnet-1", cidr_block: "172.31.1.96/28", tags: { tier: "servers" } };
export const database = {
  id: "db",
  identifier: "db",
  storage_encrypted: true,
  deletion_protection: true,
  instance_class: "db.m7g.large",
};

export function tagChanges(count: number): JsonObject[] {
  return Array.from({ length: count }, (_, index) =>
    update(`aws_subnet.s${index}`, { cidr_block: `10.0.${index}.0/24`, tags: { a: "1" } }, { tags: { a: "2" } }),
  );
}
