// Weaker encryption, protection and backups, by many attributes.
import type { JsonObject } from "@dev-one/cli/json";

import type { NamedPlan } from "./builders";
import { create, destroy, plan, replace, update } from "./plans";

const changed = (name: string, address: string, before: JsonObject, after: JsonObject): NamedPlan => [
  name,
  plan([update(address, { id: "x", ...before }, after)]),
];

const bucketEncryption = (algorithm: string, key: string | null = null): JsonObject => ({
  rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: algorithm, kms_master_key_id: key }] }],
});

const encryption: readonly NamedPlan[] = [
  changed(
    "EBS encryption by default is switched off",
    "aws_ebs_encryption_by_default.e",
    { enabled: true },
    { enabled: false },
  ),
  [
    "EBS encryption by default is created switched off",
    plan([create("aws_ebs_encryption_by_default.e", { enabled: false })]),
  ],
  changed(
    "encryption at rest of OpenSearch is switched off",
    "aws_opensearch_domain.d",
    { encrypt_at_rest: [{ enabled: true, kms_key_id: "k" }] },
    { encrypt_at_rest: [{ enabled: false, kms_key_id: "k" }] },
  ),
  changed(
    "the encrypt_at_rest block of OpenSearch is removed",
    "aws_opensearch_domain.d",
    { encrypt_at_rest: [{ enabled: true }] },
    { encrypt_at_rest: [] },
  ),
  changed(
    "node-to-node encryption of OpenSearch is switched off",
    "aws_opensearch_domain.d",
    { node_to_node_encryption: [{ enabled: true }] },
    { node_to_node_encryption: [{ enabled: false }] },
  ),
  changed(
    "enforce_https of OpenSearch is switched off",
    "aws_opensearch_domain.d",
    { domain_endpoint_options: [{ enforce_https: true }] },
    { domain_endpoint_options: [{ enforce_https: false }] },
  ),
  changed(
    "an older TLS policy of OpenSearch",
    "aws_opensearch_domain.d",
    { domain_endpoint_options: [{ enforce_https: true, tls_security_policy: "Policy-Min-TLS-1-2-2019-07" }] },
    { domain_endpoint_options: [{ enforce_https: true, tls_security_policy: "Policy-Min-TLS-1-0-2019-07" }] },
  ),
  changed(
    "an older TLS policy of a listener",
    "aws_lb_listener.l",
    { protocol: "HTTPS", ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
    { ssl_policy: "ELBSecurityPolicy-2016-08" },
  ),
  changed(
    "encryption of a Kinesis stream is switched off",
    "aws_kinesis_stream.s",
    { encryption_type: "KMS", kms_key_id: "k" },
    { encryption_type: "NONE" },
  ),
  changed(
    "encryption of a Firehose stream is switched off",
    "aws_kinesis_firehose_delivery_stream.s",
    { server_side_encryption: [{ enabled: true }] },
    { server_side_encryption: [{ enabled: false }] },
  ),
  changed(
    "a DynamoDB table with an AWS owned key",
    "aws_dynamodb_table.t",
    { server_side_encryption: [{ enabled: true, kms_key_arn: "k" }] },
    { server_side_encryption: [] },
  ),
  changed(
    "a bucket with SSE-S3 instead of SSE-KMS",
    "aws_s3_bucket_server_side_encryption_configuration.e",
    { bucket: "b", ...bucketEncryption("aws:kms", "k") },
    bucketEncryption("AES256"),
  ),
  changed(
    "an inline bucket configuration with SSE-S3 instead of SSE-KMS",
    "aws_s3_bucket.b",
    { bucket: "b", server_side_encryption_configuration: [bucketEncryption("aws:kms", "k")] },
    { server_side_encryption_configuration: [bucketEncryption("AES256")] },
  ),
  changed(
    "the inline encryption of a bucket is removed",
    "aws_s3_bucket.b",
    { bucket: "b", server_side_encryption_configuration: [bucketEncryption("AES256")] },
    { server_side_encryption_configuration: [] },
  ),
  changed(
    "the KMS key of a topic is removed",
    "aws_sns_topic.t",
    { kms_master_key_id: "alias/t" },
    { kms_master_key_id: null },
  ),
  changed("a queue loses its key", "aws_sqs_queue.q", { kms_master_key_id: "alias/t" }, { kms_master_key_id: "" }),
  changed(
    "encryption of a queue is switched off",
    "aws_sqs_queue.q",
    { sqs_managed_sse_enabled: true },
    { sqs_managed_sse_enabled: false },
  ),
  [
    "storage_encrypted of a database is switched off",
    plan([replace("aws_rds_cluster.c", { storage_encrypted: true }, { storage_encrypted: null })]),
  ],
  changed(
    "encryption at rest of a cache is switched off",
    "aws_elasticache_replication_group.g",
    { at_rest_encryption_enabled: true },
    { at_rest_encryption_enabled: "false" },
  ),
  changed(
    "encryption in transit of a cache is switched off",
    "aws_elasticache_replication_group.g",
    { transit_encryption_enabled: true },
    { transit_encryption_enabled: false },
  ),
  changed(
    "transit encryption of a cache becomes preferred",
    "aws_elasticache_replication_group.g",
    { transit_encryption_mode: "required" },
    { transit_encryption_mode: "preferred" },
  ),
  [
    "encryption of a file system is switched off",
    plan([replace("aws_efs_file_system.f", { encrypted: true }, { encrypted: false })]),
  ],
  changed(
    "client connections to brokers in plain text",
    "aws_msk_cluster.k",
    { encryption_info: [{ encryption_in_transit: [{ client_broker: "TLS", in_cluster: true }] }] },
    { encryption_info: [{ encryption_in_transit: [{ client_broker: "TLS_PLAINTEXT", in_cluster: true }] }] },
  ),
  changed(
    "brokers accept unauthenticated clients",
    "aws_msk_cluster.k",
    { client_authentication: [{ unauthenticated: false, sasl: [{ iam: true }] }] },
    { client_authentication: [{ unauthenticated: true, sasl: [{ iam: true }] }] },
  ),
  changed(
    "encryption of Redshift is switched off",
    "aws_redshift_cluster.r",
    { encrypted: "true" },
    { encrypted: "false" },
  ),
  changed(
    "require_ssl of Redshift is switched off",
    "aws_redshift_parameter_group.p",
    { parameter: [{ name: "require_ssl", value: "true" }] },
    { parameter: [{ name: "require_ssl", value: "false" }] },
  ),
  changed(
    "rds.force_ssl of PostgreSQL is removed",
    "aws_db_parameter_group.p",
    { family: "postgres14", parameter: [{ name: "rds.force_ssl", value: "1" }] },
    { parameter: [] },
  ),
  [
    "a repository with AES256 instead of KMS",
    plan([
      replace(
        "aws_ecr_repository.r",
        { encryption_configuration: [{ encryption_type: "KMS", kms_key: "k" }] },
        { encryption_configuration: [{ encryption_type: "AES256", kms_key: null }] },
      ),
    ]),
  ],
  changed(
    "an older minimum TLS version of a distribution",
    "aws_cloudfront_distribution.d",
    { viewer_certificate: [{ minimum_protocol_version: "TLSv1.2_2021" }] },
    { viewer_certificate: [{ minimum_protocol_version: "TLSv1" }] },
  ),
  changed(
    "a Google bucket without its KMS key",
    "google_storage_bucket.b",
    { encryption: [{ default_kms_key_name: "projects/p/k" }] },
    { encryption: [] },
  ),
  changed(
    "https_only of an Azure storage account is switched off",
    "azurerm_storage_account.a",
    { https_traffic_only_enabled: true },
    { https_traffic_only_enabled: false },
  ),
  changed(
    "a Google database accepts connections without TLS",
    "google_sql_database_instance.d",
    { settings: [{ ip_configuration: [{ ssl_mode: "ENCRYPTED_ONLY" }] }] },
    { settings: [{ ip_configuration: [{ ssl_mode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED" }] }] },
  ),
];

const protection: readonly NamedPlan[] = [
  changed(
    "deletion protection of a user pool is switched off",
    "aws_cognito_user_pool.p",
    { deletion_protection: "ACTIVE" },
    { deletion_protection: "INACTIVE" },
  ),
  changed(
    "point-in-time recovery of a table is switched off",
    "aws_dynamodb_table.t",
    { point_in_time_recovery: [{ enabled: true }] },
    { point_in_time_recovery: [{ enabled: false }] },
  ),
  changed(
    "the point_in_time_recovery block of a table is removed",
    "aws_dynamodb_table.t",
    { point_in_time_recovery: [{ enabled: true }] },
    { point_in_time_recovery: [] },
  ),
  changed(
    "deletion protection of a table is switched off",
    "aws_dynamodb_table.t",
    { deletion_protection_enabled: true },
    { deletion_protection_enabled: false },
  ),
  changed(
    "inline versioning of a bucket is switched off",
    "aws_s3_bucket.b",
    { bucket: "b", versioning: [{ enabled: true }] },
    { versioning: [{ enabled: false }] },
  ),
  changed(
    "object lock in GOVERNANCE instead of COMPLIANCE mode",
    "aws_s3_bucket_object_lock_configuration.l",
    { bucket: "b", rule: [{ default_retention: [{ mode: "COMPLIANCE", days: 30 }] }] },
    { rule: [{ default_retention: [{ mode: "GOVERNANCE", days: 30 }] }] },
  ),
  changed("the trail is stopped", "aws_cloudtrail.t", { name: "t", enable_logging: true }, { enable_logging: false }),
  changed(
    "a trail is no longer multi-region",
    "aws_cloudtrail.t",
    { name: "t", is_multi_region_trail: true },
    { is_multi_region_trail: false },
  ),
  changed(
    "log file validation of a trail is switched off",
    "aws_cloudtrail.t",
    { name: "t", enable_log_file_validation: true },
    { enable_log_file_validation: false },
  ),
  ["a trail is destroyed", plan([destroy("aws_cloudtrail.t", { name: "t", enable_logging: true })])],
  changed("the GuardDuty detector is disabled", "aws_guardduty_detector.d", { enable: true }, { enable: false }),
  ["the GuardDuty detector is destroyed", plan([destroy("aws_guardduty_detector.d", { enable: true })])],
  changed(
    "a GuardDuty feature is disabled",
    "aws_guardduty_detector_feature.f",
    { name: "S3_DATA_EVENTS", status: "ENABLED" },
    { status: "DISABLED" },
  ),
  changed(
    "the configuration recorder is stopped",
    "aws_config_configuration_recorder_status.r",
    { is_enabled: true },
    { is_enabled: false },
  ),
  changed(
    "key rotation is switched off",
    "aws_kms_key.k",
    { enable_key_rotation: true },
    { enable_key_rotation: false },
  ),
  changed(
    "a shorter deletion window of a key",
    "aws_kms_key.k",
    { deletion_window_in_days: 30 },
    { deletion_window_in_days: 7 },
  ),
  changed(
    "backups of a file system are disabled",
    "aws_efs_backup_policy.p",
    { backup_policy: [{ status: "ENABLED" }] },
    { backup_policy: [{ status: "DISABLED" }] },
  ),
  changed(
    "snapshots of a cache are switched off",
    "aws_elasticache_replication_group.g",
    { snapshot_retention_limit: 7 },
    { snapshot_retention_limit: 0 },
  ),
  changed(
    "backup retention is the string 0",
    "aws_rds_cluster.c",
    { backup_retention_period: 7 },
    { backup_retention_period: "0" },
  ),
  changed(
    "recovery window of a secret is 0",
    "aws_secretsmanager_secret.s",
    { name: "s", recovery_window_in_days: 30 },
    { recovery_window_in_days: 0 },
  ),
  changed(
    "image tags become mutable",
    "aws_ecr_repository.r",
    { name: "r", image_tag_mutability: "IMMUTABLE" },
    { image_tag_mutability: "MUTABLE" },
  ),
  changed(
    "IMDSv2 is no longer required",
    "aws_instance.i",
    { metadata_options: [{ http_tokens: "required" }] },
    { metadata_options: [{ http_tokens: "optional" }] },
  ),
  changed(
    "purge protection of an Azure key vault is switched off",
    "azurerm_key_vault.v",
    { purge_protection_enabled: true },
    { purge_protection_enabled: false },
  ),
  changed(
    "deletion protection of a Google database is switched off",
    "google_sql_database_instance.d",
    { settings: [{ deletion_protection_enabled: true }] },
    { settings: [{ deletion_protection_enabled: false }] },
  ),
  changed(
    "backups of a Google database are switched off",
    "google_sql_database_instance.d",
    { settings: [{ backup_configuration: [{ enabled: true }] }] },
    { settings: [{ backup_configuration: [{ enabled: false }] }] },
  ),
  ["a vault lock is destroyed", plan([destroy("aws_backup_vault_lock_configuration.l", { backup_vault_name: "v" })])],
  ["a backup plan is destroyed", plan([destroy("aws_backup_plan.p", { name: "daily" })])],
  ["a backup selection is destroyed", plan([destroy("aws_backup_selection.s", { name: "all" })])],
  [
    "the web ACL association of a load balancer is destroyed",
    plan([destroy("aws_wafv2_web_acl_association.a", { resource_arn: "lb" })]),
  ],
];

const shortened: readonly NamedPlan[] = [
  changed(
    "shorter retention of logs",
    "aws_cloudwatch_log_group.l",
    { retention_in_days: 365 },
    { retention_in_days: 1 },
  ),
  changed(
    "retention of logs is set where it was unlimited",
    "aws_cloudwatch_log_group.l",
    { retention_in_days: 0 },
    { retention_in_days: 30 },
  ),
  changed(
    "shorter backup retention of a database",
    "aws_db_instance.d",
    { backup_retention_period: 35 },
    { backup_retention_period: 1 },
  ),
  changed("a shorter expiration of objects", "aws_s3_bucket_lifecycle_configuration.l", lifecycle(365), lifecycle(1)),
  [
    "a new expiration rule for an existing bucket",
    plan([create("aws_s3_bucket_lifecycle_configuration.l", lifecycle(1))]),
  ],
  changed(
    "a new inline expiration rule of a bucket",
    "aws_s3_bucket.b",
    { bucket: "b", lifecycle_rule: [] },
    { lifecycle_rule: [{ enabled: true, expiration: [{ days: 1 }] }] },
  ),
  changed(
    "noncurrent versions expire sooner",
    "aws_s3_bucket_lifecycle_configuration.l",
    { bucket: "b", rule: [{ id: "r", status: "Enabled", noncurrent_version_expiration: [{ noncurrent_days: 90 }] }] },
    { rule: [{ id: "r", status: "Enabled", noncurrent_version_expiration: [{ noncurrent_days: 1 }] }] },
  ),
  changed(
    "shorter retention in a backup plan",
    "aws_backup_plan.p",
    { rule: [{ rule_name: "r", lifecycle: [{ delete_after: 365 }] }] },
    { rule: [{ rule_name: "r", lifecycle: [{ delete_after: 1 }] }] },
  ),
  changed(
    "shorter retention of messages",
    "aws_sqs_queue.q",
    { message_retention_seconds: 345600 },
    { message_retention_seconds: 60 },
  ),
  changed(
    "shorter retention of stream records",
    "aws_kinesis_stream.s",
    { retention_period: 168 },
    { retention_period: 24 },
  ),
  changed(
    "shorter backup retention of an Azure database",
    "azurerm_postgresql_flexible_server.d",
    { backup_retention_days: 35 },
    { backup_retention_days: 7 },
  ),
];

function lifecycle(days: number): JsonObject {
  return { bucket: "b", rule: [{ id: "r", status: "Enabled", expiration: [{ days }] }] };
}

export const downgrades: readonly NamedPlan[] = [...encryption, ...protection, ...shortened];
