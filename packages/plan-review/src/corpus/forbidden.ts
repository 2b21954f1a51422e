// What is dangerous, in as many disguises as there are.
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
  ["an environment that nobody knows is production", plan([destroy("aws_db_instance.db")], "rehearsal")],
  [
    "tags that contradict each other are production",
    plan([destroy("aws_db_instance.db", { tags_all: { env: "production" } })], "staging"),
  ],
  ["a plan that names no environment is production", plan([destroy("aws_db_instance.db")], "x", { configuration: {} })],
  // Outgoing addresses.
  ["an outgoing address is given up", plan([destroy("aws_eip.nat", { public_ip: "203.0.113.7" })])],
  ["an outgoing address is replaced", plan([replace("aws_eip.nat", { public_ip: "203.0.113.7" }, {})])],
  [
    "a NAT gateway gets another address",
    plan([replace("aws_nat_gateway.nat", { allocation_id: "eipalloc-1" }, { allocation_id: "eipalloc-2" })]),
  ],
  ["a NAT gateway goes", plan([destroy("aws_nat_gateway.nat", { allocation_id: "eipalloc-1" })])],
  // Opened to the world.
  [
    "SSH from anywhere",
    plan([group, create(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0" }))], "staging"),
  ],
  [
    "SSH from anywhere by IPv6",
    plan([group, create(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: null, cidr_ipv6: "::/0" }))]),
  ],
  [
    "from one half of the world",
    plan([group, create(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: "128.0.0.0/1" }))]),
  ],
  [
    "every protocol from anywhere",
    plan([group, create(INGRESS, rule({ ip_protocol: "-1", from_port: null, to_port: null, cidr_ipv4: "0.0.0.0/0" }))]),
  ],
  [
    "a range that has 443 in it",
    plan([group, create(INGRESS, rule({ from_port: 443, to_port: 8443, cidr_ipv4: "0.0.0.0/0" }))]),
  ],
  [
    "a rule is widened to the world",
    plan([group, update(INGRESS, rule({ from_port: 5432, to_port: 5432 }), { cidr_ipv4: "0.0.0.0/0" })]),
  ],
  [
    "a port is widened for the world",
    plan([group, update(INGRESS, rule({ cidr_ipv4: "0.0.0.0/0" }), { to_port: 9000 })]),
  ],
  [
    "the older kind of rule",
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
  ["a group's own rules, in another order", plan([inlineGroup()])],
  ["rules of dynamic blocks, of which the configuration does not tell", dynamicGroup(false)],
  ["a new group with rules of dynamic blocks", dynamicGroup(true)],
  [
    "a rule that a group shows already, made by hand",
    plan(
      [
        unchanged("aws_security_group.servers", { ...SG, ingress: [SSH] }),
        create(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0" })),
      ],
      "production",
      { configuration: groupWithoutRules },
    ),
  ],
  ["a prefix list takes in the world", plan([create("aws_ec2_managed_prefix_list_entry.all", { cidr: "0.0.0.0/0" })])],
  [
    "a database is reachable from the internet",
    plan([update("aws_db_instance.db", { ...database, publicly_accessible: false }, { publicly_accessible: true })]),
  ],
  [
    "public access to a bucket is no longer blocked",
    plan([
      update(
        "aws_s3_bucket_public_access_block.b",
        { bucket: "b", block_public_policy: true },
        { block_public_policy: false },
      ),
    ]),
  ],
  ["the block of public access goes", plan([destroy("aws_s3_bucket_public_access_block.b", { bucket: "b" })])],
  [
    "a bucket's policy lets anybody read",
    plan([
      create("aws_s3_bucket_policy.p", {
        bucket: "b",
        policy: policy({ ...allow("s3:GetObject", "arn:aws:s3:::b/*"), Principal: "*" }),
      }),
    ]),
  ],
  [
    "anybody, with a condition that lets everybody in",
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
  ["a function answers anybody", plan([create("aws_lambda_function_url.f", { authorization_type: "NONE" })])],
  [
    "a firewall of another cloud",
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
    "encryption in a nested block, as a string",
    plan([
      update(
        "aws_launch_template.t",
        { block_device_mappings: [{ ebs: [{ encrypted: "true" }] }] },
        { block_device_mappings: [{ ebs: [{ encrypted: "false" }] }] },
      ),
    ]),
  ],
  ["encryption is left out", plan([update("aws_efs_file_system.f", { encrypted: true }, { encrypted: null })])],
  [
    "the key is taken away",
    plan([update("aws_cloudwatch_log_group.l", { kms_key_id: "arn:aws:kms:us-east-1:1:key/1" }, { kms_key_id: null })]),
  ],
  [
    "a bucket's encryption goes",
    plan([destroy("aws_s3_bucket_server_side_encryption_configuration.e", { bucket: "b" })], "staging"),
  ],
  [
    "connections without TLS",
    plan([
      update(
        "aws_db_parameter_group.p",
        { parameter: [{ name: "rds.force_ssl", value: "1" }] },
        { parameter: [{ name: "rds.force_ssl", value: "0" }] },
      ),
    ]),
  ],
  [
    "a listener without TLS",
    plan([update("aws_lb_listener.l", { protocol: "HTTPS", port: 443 }, { protocol: "HTTP" })]),
  ],
  ["a key is disabled", plan([update("aws_kms_key.k", { is_enabled: true }, { is_enabled: false })])],
  [
    "deletion protection is switched off",
    plan([update("aws_db_instance.db", database, { deletion_protection: false })], "staging"),
  ],
  [
    "a load balancer's protection is switched off",
    plan([update("aws_lb.lb", { enable_deletion_protection: true }, { enable_deletion_protection: false })]),
  ],
  [
    "the final snapshot is skipped",
    plan([update("aws_db_instance.db", { ...database, skip_final_snapshot: false }, { skip_final_snapshot: true })]),
  ],
  [
    "a bucket may be destroyed with all in it",
    plan([update("aws_s3_bucket.b", { bucket: "b", force_destroy: false }, { force_destroy: true })]),
  ],
  [
    "versioning is suspended",
    plan([
      update(
        "aws_s3_bucket_versioning.v",
        { bucket: "b", versioning_configuration: [{ status: "Enabled" }] },
        { versioning_configuration: [{ status: "Suspended" }] },
      ),
    ]),
  ],
  [
    "backups are switched off",
    plan([update("aws_db_instance.db", { ...database, backup_retention_period: 35 }, { backup_retention_period: 0 })]),
  ],
  ["an image for everybody", plan([create("aws_ami_launch_permission.p", { group: "all" })])],
  // The address table.
  ["a reservation goes", plan([unchanged("aws_subnet.s", namedSubnet), destroy(RESERVATION, reservation)], "staging")],
  ["a reservation comes", plan([unchanged("aws_subnet.s", namedSubnet), create(RESERVATION, reservation)], "staging")],
  [
    "a named subnet is replaced",
    plan([replace("aws_subnet.s", namedSubnet, { cidr_block: "172.31.1.96/27" })], "staging"),
  ],
  [
    "a target's address changes",
    plan([
      unchanged("aws_subnet.s", namedSubnet),
      replace("aws_lb_target_group_attachment.a", { target_id: "172.31.1.101" }, { target_id: "172.31.1.105" }),
    ]),
  ],
  [
    "a server's name stands for another address",
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
