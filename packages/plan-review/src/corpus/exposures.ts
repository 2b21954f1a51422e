// The world is let in, in other clouds, in other places than security groups, and in other words.
import type { JsonObject } from "@dev-one/cli/json";

import { allow, GITHUB, githubRole, group, INGRESS, type NamedPlan, policy, rule } from "./builders";
import { change, create, destroy, plan, unchanged, update } from "./plans";

const made = (name: string, address: string, after: JsonObject): NamedPlan => [
  name,
  plan([create(address, after)], "staging"),
];
const changed = (name: string, address: string, before: JsonObject, after: JsonObject): NamedPlan => [
  name,
  plan([update(address, before, after)], "staging"),
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
const azureRule = { direction: "Inbound", access: "Allow", protocol: "Tcp", destination_port_range: "22" };
const aclRule = { egress: false, rule_action: "allow", protocol: "-1", cidr_block: "0.0.0.0/0", rule_number: 1 };

const networks: readonly NamedPlan[] = [
  made("Azure: from anywhere", "azurerm_network_security_rule.r", { ...azureRule, source_address_prefix: "*" }),
  made("Azure: from the internet, in another case", "azurerm_network_security_rule.r", {
    ...azureRule,
    direction: "inbound",
    access: "allow",
    source_address_prefix: "internet",
  }),
  made("Azure: from anywhere, within a group", "azurerm_network_security_group.g", {
    security_rule: [{ ...azureRule, name: "ssh", source_address_prefixes: ["0.0.0.0/0"] }],
  }),
  made("Azure: every port", "azurerm_network_security_rule.r", {
    ...azureRule,
    destination_port_range: "*",
    source_address_prefix: "Internet",
  }),
  made("Azure: a database for every address", "azurerm_mssql_firewall_rule.r", {
    start_ip_address: "0.0.0.0",
    end_ip_address: "255.255.255.255",
  }),
  made("Google: a firewall without sources lets everybody in", "google_compute_firewall.f", {
    allow: [{ protocol: "tcp", ports: ["22"] }],
  }),
  made("Google: every protocol, by halves", "google_compute_firewall.f", {
    source_ranges: ["0.0.0.0/1", "128.0.0.0/1"],
    allow: [{ protocol: "all" }],
  }),
  made("Google: a database for every address", "google_sql_database_instance.d", {
    settings: [{ ip_configuration: [{ authorized_networks: [{ name: "all", value: "0.0.0.0/0" }] }] }],
  }),
  made("Google: everybody reads a bucket", "google_storage_bucket_iam_member.m", {
    bucket: "b",
    role: "roles/storage.objectViewer",
    member: "allUsers",
  }),
  made("Google: everybody with an account, as a binding", "google_project_iam_binding.m", {
    role: "roles/viewer",
    members: ["user:a@dev-one.it", "allAuthenticatedUsers"],
  }),
  made("Google: everybody, in a policy", "google_storage_bucket_iam_policy.p", {
    policy_data: JSON.stringify({ bindings: [{ role: "roles/storage.admin", members: ["allUsers"] }] }),
  }),
  changed(
    "Google: everybody, one more",
    "google_project_iam_binding.m",
    { members: ["user:a@dev-one.it"] },
    { members: ["user:a@dev-one.it", "allUsers"] },
  ),
  changed(
    "EKS: the endpoint for more than an office",
    "aws_eks_cluster.c",
    { vpc_config: [{ endpoint_public_access: true, public_access_cidrs: ["198.51.100.0/24"] }] },
    { vpc_config: [{ endpoint_public_access: true, public_access_cidrs: ["0.0.0.0/0"] }] },
  ),
  changed(
    "GKE: the control plane for everybody",
    "google_container_cluster.c",
    { master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: "198.51.100.0/24" }] }] },
    { master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: "0.0.0.0/0" }] }] },
  ),
  made("DigitalOcean: SSH from anywhere", "digitalocean_firewall.f", {
    inbound_rule: [{ protocol: "tcp", port_range: "22", source_addresses: ["0.0.0.0/0", "::/0"] }],
  }),
  made("OpenStack: a rule from anywhere", "openstack_networking_secgroup_rule_v2.r", {
    direction: "ingress",
    remote_ip_prefix: "0.0.0.0/0",
    port_range_min: 22,
    port_range_max: 22,
  }),
  made("a network ACL lets everything in", "aws_network_acl_rule.r", aclRule),
  made("a network ACL lets SSH in, by IPv6", "aws_network_acl_rule.r", {
    ...aclRule,
    protocol: "6",
    from_port: 22,
    to_port: 22,
    cidr_block: null,
    ipv6_cidr_block: "::/0",
  }),
  made("a network ACL's own rules", "aws_network_acl.a", {
    ingress: [{ action: "allow", protocol: "-1", from_port: 0, to_port: 0, cidr_block: "0.0.0.0/0", rule_no: 1 }],
  }),
  [
    "SSH from many pieces of the world",
    plan([
      group,
      ...Array.from({ length: 64 }, (_, index) =>
        create(`aws_vpc_security_group_ingress_rule.r["${index}"]`, ssh(`${64 + index}.0.0.0/10`)),
      ),
    ]),
  ],
  [
    "SSH from one more piece of the world",
    plan([
      group,
      ...Array.from({ length: 3 }, (_, index) =>
        unchanged(`aws_vpc_security_group_ingress_rule.r["${index}"]`, ssh(`${64 + index}.0.0.0/11`)),
      ),
      create('aws_vpc_security_group_ingress_rule.r["3"]', ssh("67.0.0.0/11")),
    ]),
  ],
  [
    "SSH from all of IPv6, by pieces",
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
    "SSH from a prefix list of the world",
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
    "SSH from a prefix list whose entries are resources",
    plan([
      group,
      unchanged("aws_ec2_managed_prefix_list.l", { id: "pl-1", name: "offices" }),
      unchanged("aws_ec2_managed_prefix_list_entry.e", { prefix_list_id: "pl-1", cidr: "0.0.0.0/0" }),
      create(INGRESS, ssh("pl-1", "prefix_list_id")),
    ]),
  ],
  [
    "a prefix list takes in the world by pieces",
    plan([
      update(
        "aws_ec2_managed_prefix_list.l",
        { id: "pl-1", entry: [] },
        { entry: Array.from({ length: 8 }, (_, index) => ({ cidr: `${64 + index}.0.0.0/11` })) },
      ),
    ]),
  ],
  [
    "what an interrupted replacement left over was open already",
    plan([
      group,
      destroy(INGRESS, ssh("0.0.0.0/0"), { more: { deposed: "abcd1234" } }),
      update(INGRESS, ssh("10.0.0.0/8"), { cidr_ipv4: "0.0.0.0/0" }),
    ]),
  ],
];

const doors: readonly NamedPlan[] = [
  made("a database is reachable from the internet, from the start", "aws_rds_cluster_instance.i", {
    publicly_accessible: true,
  }),
  made("a bucket for everybody, by its ACL", "aws_s3_bucket_acl.a", { bucket: "b", acl: "public-read" }),
  made("an object for everybody", "aws_s3_object.o", { bucket: "b", key: "k", acl: "public-read-write" }),
  made("a container of another cloud for everybody", "azurerm_storage_container.c", { container_access_type: "blob" }),
  changed(
    "a bucket of another cloud may be opened",
    "google_storage_bucket.b",
    { public_access_prevention: "enforced" },
    { public_access_prevention: "inherited" },
  ),
  changed(
    "a function answers anybody now",
    "aws_lambda_function_url.f",
    { authorization_type: "AWS_IAM" },
    { authorization_type: "NONE" },
  ),
  changed(
    "a method answers anybody now",
    "aws_api_gateway_method.m",
    { authorization: "AWS_IAM" },
    { authorization: "NONE" },
  ),
  made("the block of public access is off from the start", "aws_s3_bucket_public_access_block.b", {
    bucket: "b",
    block_public_policy: false,
    block_public_acls: true,
  }),
  made("a database is shared with everybody", "aws_db_snapshot_copy.s", { shared_accounts: ["all"] }),
  made("a function for everybody", "aws_lambda_permission.p", { function_name: "f", principal: "*" }),
];

const principals: readonly NamedPlan[] = [
  [
    "anybody, because the key may be missing",
    plan([trust("*", { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-abc" } })]),
  ],
  [
    "anybody, whose ARN may be of any account",
    plan([trust("*", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/deploy" } })]),
  ],
  ["anybody, whose ARN ends in some way", plan([trust("*", { StringLike: { "aws:PrincipalArn": "*:role/deploy" } })])],
  [
    "anybody, whose account has twelve digits",
    plan([trust("*", { StringLike: { "aws:PrincipalAccount": "????????????" } })]),
  ],
  ["anybody of any organization", plan([trust("*", { StringLike: { "aws:PrincipalOrgID": "o-*" } })])],
  [
    "anybody, from both halves of the world",
    plan([trust("*", { IpAddress: { "aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"] } })]),
  ],
  ["anybody, written as an ARN", plan([trust("arn:aws:iam::*:root", {})])],
  [
    "any bucket of anybody",
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
  ["GitHub: any repository, by a wildcard", plan([githubRole({ StringLike: { [`${GITHUB}:sub`]: "repo:*" } })])],
  [
    "GitHub: any organization of a beginning",
    plan([githubRole({ StringLike: { [`${GITHUB}:sub`]: "repo:dev-one*" } })]),
  ],
  [
    "GitHub: any organization",
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
    "GitHub: any, when the key may be missing",
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
    "keys for any user",
    plan([
      create("aws_iam_role_policy.p", {
        policy: policy(allow("iam:CreateAccessKey", "arn:aws:iam::444455556666:us*")),
      }),
    ]),
  ],
];

const administrators: readonly NamedPlan[] = [
  made("Azure: an owner of a subscription", "azurerm_role_assignment.r", {
    role_definition_name: "Owner",
    scope: "/subscriptions/1",
    principal_id: "p",
  }),
  made("Google: an owner of a project", "google_project_iam_member.m", {
    role: "roles/owner",
    member: "user:a@dev-one.it",
  }),
  made("Kubernetes: an administrator of a cluster", "kubernetes_cluster_role_binding.b", {
    role_ref: [{ kind: "ClusterRole", name: "cluster-admin" }],
    subject: [{ kind: "User", name: "a" }],
  }),
  made("a policy whose words are in lower case", "aws_iam_policy.p", {
    policy: JSON.stringify({ statement: [{ effect: "allow", action: "*", resource: "*" }] }),
  }),
  changed(
    "a firewall lets in whatever no rule is about",
    "scaleway_instance_security_group.g",
    { inbound_default_policy: "drop" },
    { inbound_default_policy: "accept" },
  ),
  [
    "actions that nobody has seen together, a deletion among them",
    plan([change("aws_db_instance.d", ["delete", "create", "update"], { before: {}, after: {} })]),
  ],
];

export const openings: readonly NamedPlan[] = [...networks, ...doors, ...principals, ...administrators];
