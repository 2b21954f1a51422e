// Public access in other clouds, outside of security groups, and in other notations.
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
  made("Azure: a database firewall for every address", "azurerm_mssql_firewall_rule.r", {
    start_ip_address: "0.0.0.0",
    end_ip_address: "255.255.255.255",
  }),
  made("Google: a firewall without sources", "google_compute_firewall.f", {
    allow: [{ protocol: "tcp", ports: ["22"] }],
  }),
  made("Google: every protocol from 0.0.0.0/1 and 128.0.0.0/1", "google_compute_firewall.f", {
    source_ranges: ["0.0.0.0/1", "128.0.0.0/1"],
    allow: [{ protocol: "all" }],
  }),
  made("Google: a database with 0.0.0.0/0 as authorized network", "google_sql_database_instance.d", {
    settings: [{ ip_configuration: [{ authorized_networks: [{ name: "all", value: "0.0.0.0/0" }] }] }],
  }),
  made("Google: allUsers read a bucket", "google_storage_bucket_iam_member.m", {
    bucket: "b",
    role: "roles/storage.objectViewer",
    member: "allUsers",
  }),
  made("Google: allAuthenticatedUsers in a binding", "google_project_iam_binding.m", {
    role: "roles/viewer",
    members: ["user:a@dev-one.it", "allAuthenticatedUsers"],
  }),
  made("Google: allUsers in policy_data", "google_storage_bucket_iam_policy.p", {
    policy_data: JSON.stringify({ bindings: [{ role: "roles/storage.admin", members: ["allUsers"] }] }),
  }),
  changed(
    "Google: allUsers added to a binding",
    "google_project_iam_binding.m",
    { members: ["user:a@dev-one.it"] },
    { members: ["user:a@dev-one.it", "allUsers"] },
  ),
  changed(
    "EKS: the public endpoint for 0.0.0.0/0 instead of an office",
    "aws_eks_cluster.c",
    { vpc_config: [{ endpoint_public_access: true, public_access_cidrs: ["198.51.100.0/24"] }] },
    { vpc_config: [{ endpoint_public_access: true, public_access_cidrs: ["0.0.0.0/0"] }] },
  ),
  changed(
    "GKE: the control plane for 0.0.0.0/0",
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
  made("a network ACL allows all ingress", "aws_network_acl_rule.r", aclRule),
  made("a network ACL allows SSH from ::/0", "aws_network_acl_rule.r", {
    ...aclRule,
    protocol: "6",
    from_port: 22,
    to_port: 22,
    cidr_block: null,
    ipv6_cidr_block: "::/0",
  }),
  made("inline rules of a network ACL allow all ingress", "aws_network_acl.a", {
    ingress: [{ action: "allow", protocol: "-1", from_port: 0, to_port: 0, cidr_block: "0.0.0.0/0", rule_no: 1 }],
  }),
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

const doors: readonly NamedPlan[] = [
  made("a database is created publicly accessible", "aws_rds_cluster_instance.i", {
    publicly_accessible: true,
  }),
  made("a bucket with a public ACL", "aws_s3_bucket_acl.a", { bucket: "b", acl: "public-read" }),
  made("an object with a public ACL", "aws_s3_object.o", { bucket: "b", key: "k", acl: "public-read-write" }),
  made("an Azure container with public access", "azurerm_storage_container.c", { container_access_type: "blob" }),
  changed(
    "public access prevention of a Google bucket is switched off",
    "google_storage_bucket.b",
    { public_access_prevention: "enforced" },
    { public_access_prevention: "inherited" },
  ),
  changed(
    "a function URL without authorization",
    "aws_lambda_function_url.f",
    { authorization_type: "AWS_IAM" },
    { authorization_type: "NONE" },
  ),
  changed(
    "an API method without authorization",
    "aws_api_gateway_method.m",
    { authorization: "AWS_IAM" },
    { authorization: "NONE" },
  ),
  made("a public access block is created switched off", "aws_s3_bucket_public_access_block.b", {
    bucket: "b",
    block_public_policy: false,
    block_public_acls: true,
  }),
  made("a database snapshot is shared publicly", "aws_db_snapshot_copy.s", { shared_accounts: ["all"] }),
  made("a function that every principal may invoke", "aws_lambda_permission.p", { function_name: "f", principal: "*" }),
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
  made("Azure: Owner of a subscription", "azurerm_role_assignment.r", {
    role_definition_name: "Owner",
    scope: "/subscriptions/1",
    principal_id: "p",
  }),
  made("Google: owner of a project", "google_project_iam_member.m", {
    role: "roles/owner",
    member: "user:a@dev-one.it",
  }),
  made("Kubernetes: cluster-admin", "kubernetes_cluster_role_binding.b", {
    role_ref: [{ kind: "ClusterRole", name: "cluster-admin" }],
    subject: [{ kind: "User", name: "a" }],
  }),
  made("a policy with element names in lower case", "aws_iam_policy.p", {
    policy: JSON.stringify({ statement: [{ effect: "allow", action: "*", resource: "*" }] }),
  }),
  changed(
    "the inbound default policy becomes accept",
    "scaleway_instance_security_group.g",
    { inbound_default_policy: "drop" },
    { inbound_default_policy: "accept" },
  ),
  [
    "an unknown combination of actions with a deletion",
    plan([change("aws_db_instance.d", ["delete", "create", "update"], { before: {}, after: {} })]),
  ],
];

export const exposures: readonly NamedPlan[] = [...networks, ...doors, ...principals, ...administrators];
