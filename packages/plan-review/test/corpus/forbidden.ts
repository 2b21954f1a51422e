// Dangerous changes of every kind.
import type { JsonObject } from "@dev-one/cli/json";

import {
  allow,
  database,
  group,
  groupWithoutRules,
  INGRESS,
  type NamedPlan,
  namedSubnet,
  policy,
  RESERVATION,
  reservation,
  rule,
  SG,
  SSH,
  tagChanges,
} from "./builders";
import { change, create, destroy, plan, replace, unchanged, update } from "./plans";

export const forbidden: readonly NamedPlan[] = [
  // Data.
  ["a database is destroyed", plan([destroy("aws_db_instance.db", database)])],
  [
    "a database is replaced, destroyed first",
    plan([replace("aws_db_instance.db", database, { db_name: "x" }, { replacePaths: [["db_name"]] })]),
  ],
  [
    "a database is replaced, created first",
    plan([change("aws_db_instance.db", ["create", "delete"], { before: database, after: database })]),
  ],
  [
    "a database in a module with keys",
    plan([destroy('module.data["eu"].module.pg[0].aws_db_instance.this["a.b"]', database)]),
  ],
  ["a bucket is destroyed", plan([destroy("aws_s3_bucket.files", { bucket: "files" })])],
  ["a key is destroyed", plan([destroy("aws_kms_key.key")])],
  ["a DynamoDB table is replaced", plan([replace("aws_dynamodb_table.t", { name: "t" }, { name: "u" })])],
  [
    "a volume's deposed object is destroyed",
    plan([destroy("aws_ebs_volume.v", {}, { more: { deposed: "abcd1234" } })]),
  ],
  ["logs are destroyed", plan([destroy("aws_cloudwatch_log_group.audit")])],
  ["a public zone is destroyed", plan([destroy("aws_route53_zone.zone", { name: "dev-one.it" })])],
  ["a file system of another cloud", plan([destroy("google_filestore_instance.files")])],
  [
    "a secret is destroyed among 200 harmless changes",
    plan([...tagChanges(200), destroy("aws_secretsmanager_secret.s")]),
  ],
  ["an unknown environment counts as production", plan([destroy("aws_db_instance.db")], "rehearsal")],
  [
    "contradicting tags count as production",
    plan([destroy("aws_db_instance.db", { tags_all: { env: "production" } })], "staging"),
  ],
  [
    "a plan without an environment counts as production",
    plan([destroy("aws_db_instance.db")], "x", { configuration: {} }),
  ],
  // Elastic IPs.
  ["an Elastic IP is released", plan([destroy("aws_eip.nat", { public_ip: "203.0.113.7" })])],
  ["an Elastic IP is replaced", plan([replace("aws_eip.nat", { public_ip: "203.0.113.7" }, {})])],
  [
    "a NAT gateway gets another Elastic IP",
    plan([replace("aws_nat_gateway.nat", { allocation_id: "eipalloc-1" }, { allocation_id: "eipalloc-2" })]),
  ],
  ["a NAT gateway is destroyed", plan([destroy("aws_nat_gateway.nat", { allocation_id: "eipalloc-1" })])],
  // Public ingress.
  [
    "SSH from anywhere",
    plan([group, create(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0" }))], "staging"),
  ],
  [
    "SSH from ::/0",
    plan([group, create(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: null, cidr_ipv6: "::/0" }))]),
  ],
  [
    "SSH from 128.0.0.0/1",
    plan([group, create(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: "128.0.0.0/1" }))]),
  ],
  [
    "every protocol from anywhere",
    plan([group, create(INGRESS, rule({ ip_protocol: "-1", from_port: null, to_port: null, cidr_ipv4: "0.0.0.0/0" }))]),
  ],
  [
    "a port range that contains 443",
    plan([group, create(INGRESS, rule({ from_port: 443, to_port: 8443, cidr_ipv4: "0.0.0.0/0" }))]),
  ],
  [
    "the CIDR of a rule becomes 0.0.0.0/0",
    plan([group, update(INGRESS, rule({ from_port: 5432, to_port: 5432 }), { cidr_ipv4: "0.0.0.0/0" })]),
  ],
  [
    "the port range of a public rule becomes larger",
    plan([group, update(INGRESS, rule({ cidr_ipv4: "0.0.0.0/0" }), { to_port: 9000 })]),
  ],
  [
    "SSH from 0.0.0.0/0 by an aws_security_group_rule",
    plan([
      group,
      create("aws_security_group_rule.ssh", {
        type: "ingress",
        security_group_id: "sg-1",
        protocol: "tcp",
        from_port: 22,
        to_port: 22,
        cidr_blocks: ["10.0.0.0/8", "0.0.0.0/0"],
      }),
    ]),
  ],
  ["inline rules of a security group", plan([inlineGroup()])],
  ["rules of dynamic blocks, which the configuration in the plan omits", dynamicGroup(false)],
  ["a new group with rules of dynamic blocks", dynamicGroup(true)],
  [
    "a rule that a security group mirrors, made outside Terraform",
    plan(
      [
        unchanged("aws_security_group.servers", { ...SG, ingress: [SSH] }),
        create(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0" })),
      ],
      "production",
      { configuration: groupWithoutRules },
    ),
  ],
  ["a prefix list gets 0.0.0.0/0", plan([create("aws_ec2_managed_prefix_list_entry.all", { cidr: "0.0.0.0/0" })])],
  [
    "a database becomes publicly accessible",
    plan([update("aws_db_instance.db", { ...database, publicly_accessible: false }, { publicly_accessible: true })]),
  ],
  [
    "a public access block setting is switched off",
    plan([
      update(
        "aws_s3_bucket_public_access_block.b",
        { bucket: "b", block_public_policy: true },
        { block_public_policy: false },
      ),
    ]),
  ],
  ["a public access block is destroyed", plan([destroy("aws_s3_bucket_public_access_block.b", { bucket: "b" })])],
  [
    "a bucket policy allows every principal",
    plan([
      create("aws_s3_bucket_policy.p", {
        bucket: "b",
        policy: policy({ ...allow("s3:GetObject", "arn:aws:s3:::b/*"), Principal: "*" }),
      }),
    ]),
  ],
  [
    "every principal, under a condition that every request satisfies",
    plan([
      create("aws_sqs_queue_policy.p", {
        policy: policy({
          ...allow("sqs:*"),
          Principal: { AWS: "*" },
          Condition: { Bool: { "aws:SecureTransport": "true" } },
        }),
      }),
    ]),
  ],
  [
    "a function URL without authorization is created",
    plan([create("aws_lambda_function_url.f", { authorization_type: "NONE" })]),
  ],
  [
    "a Google firewall with SSH from 0.0.0.0/0",
    plan([
      create("google_compute_firewall.ssh", {
        direction: "INGRESS",
        source_ranges: ["0.0.0.0/0"],
        allow: [{ protocol: "tcp", ports: ["22"] }],
      }),
    ]),
  ],
  // Encryption and protection.
  [
    "encryption is switched off",
    plan([replace("aws_db_instance.db", database, { storage_encrypted: false })], "staging"),
  ],
  [
    "encryption is switched off in a nested block, as a string",
    plan([
      update(
        "aws_launch_template.t",
        { block_device_mappings: [{ ebs: [{ encrypted: "true" }] }] },
        { block_device_mappings: [{ ebs: [{ encrypted: "false" }] }] },
      ),
    ]),
  ],
  [
    "encryption is removed from the configuration",
    plan([update("aws_efs_file_system.f", { encrypted: true }, { encrypted: null })]),
  ],
  [
    "the KMS key is removed",
    plan([update("aws_cloudwatch_log_group.l", { kms_key_id: "arn:aws:kms:us-east-1:1:key/1" }, { kms_key_id: null })]),
  ],
  [
    "the encryption configuration of a bucket is destroyed",
    plan([destroy("aws_s3_bucket_server_side_encryption_configuration.e", { bucket: "b" })], "staging"),
  ],
  [
    "rds.force_ssl is 0",
    plan([
      update(
        "aws_db_parameter_group.p",
        { parameter: [{ name: "rds.force_ssl", value: "1" }] },
        { parameter: [{ name: "rds.force_ssl", value: "0" }] },
      ),
    ]),
  ],
  [
    "a listener changes from HTTPS to HTTP",
    plan([update("aws_lb_listener.l", { protocol: "HTTPS", port: 443 }, { protocol: "HTTP" })]),
  ],
  ["a key is disabled", plan([update("aws_kms_key.k", { is_enabled: true }, { is_enabled: false })])],
  [
    "deletion protection is switched off",
    plan([update("aws_db_instance.db", database, { deletion_protection: false })], "staging"),
  ],
  [
    "deletion protection of a load balancer is switched off",
    plan([update("aws_lb.lb", { enable_deletion_protection: true }, { enable_deletion_protection: false })]),
  ],
  [
    "skip_final_snapshot is switched on",
    plan([update("aws_db_instance.db", { ...database, skip_final_snapshot: false }, { skip_final_snapshot: true })]),
  ],
  [
    "force_destroy of a bucket is switched on",
    plan([update("aws_s3_bucket.b", { bucket: "b", force_destroy: false }, { force_destroy: true })]),
  ],
  [
    "versioning of a bucket is suspended",
    plan([
      update(
        "aws_s3_bucket_versioning.v",
        { bucket: "b", versioning_configuration: [{ status: "Enabled" }] },
        { versioning_configuration: [{ status: "Suspended" }] },
      ),
    ]),
  ],
  [
    "backup_retention_period is 0",
    plan([update("aws_db_instance.db", { ...database, backup_retention_period: 35 }, { backup_retention_period: 0 })]),
  ],
  ["an AMI is shared publicly", plan([create("aws_ami_launch_permission.p", { group: "all" })])],
  // The address table.
  [
    "a CIDR reservation is destroyed",
    plan([unchanged("aws_subnet.s", namedSubnet), destroy(RESERVATION, reservation)], "staging"),
  ],
  [
    "a CIDR reservation is created",
    plan([unchanged("aws_subnet.s", namedSubnet), create(RESERVATION, reservation)], "staging"),
  ],
  [
    "a named subnet is replaced",
    plan([replace("aws_subnet.s", namedSubnet, { cidr_block: "172.31.1.96/27" })], "staging"),
  ],
  [
    "the address of a target changes",
    plan([
      unchanged("aws_subnet.s", namedSubnet),
      replace("aws_lb_target_group_attachment.a", { target_id: "172.31.1.101" }, { target_id: "172.31.1.105" }),
    ]),
  ],
  [
    "the record of a server resolves to another address",
    plan([
      unchanged("aws_subnet.s", namedSubnet),
      update(
        "aws_route53_record.r",
        { type: "A", name: "api-1", records: ["172.31.1.101"] },
        { records: ["172.31.1.102"] },
      ),
    ]),
  ],
];

function dynamicGroup(isNew: boolean): JsonObject {
  const after = { ...SG, ingress: [SSH], egress: [] };
  const each = isNew
    ? create("aws_security_group.servers", after)
    : update("aws_security_group.servers", { ...SG, ingress: [], egress: [] }, after);
  return plan([each], "production", { configuration: groupWithoutRules });
}

function inlineGroup(): JsonObject {
  const block = (port: number, cidr: string): JsonObject => ({
    protocol: "tcp",
    from_port: port,
    to_port: port,
    cidr_blocks: [cidr],
  });
  const before = { ...SG, ingress: [block(80, "0.0.0.0/0"), block(22, "10.0.0.0/8")] };
  return update("aws_security_group.servers", before, {
    ingress: [block(22, "0.0.0.0/0"), block(22, "10.0.0.0/8"), block(80, "0.0.0.0/0")],
  });
}
