// Encryption, protection and backups that are taken away without a switch that says so.
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
    "volumes are no longer encrypted by default",
    "aws_ebs_encryption_by_default.e",
    { enabled: true },
    { enabled: false },
  ),
  [
    "volumes are not encrypted by default from the start",
    plan([create("aws_ebs_encryption_by_default.e", { enabled: false })]),
  ],
  changed(
    "an index is no longer encrypted at rest",
    "aws_opensearch_domain.d",
    { encrypt_at_rest: [{ enabled: true, kms_key_id: "k" }] },
    { encrypt_at_rest: [{ enabled: false, kms_key_id: "k" }] },
  ),
  changed(
    "an index loses the block that encrypts it",
    "aws_opensearch_domain.d",
    { encrypt_at_rest: [{ enabled: true }] },
    { encrypt_at_rest: [] },
  ),
  changed(
    "the nodes of an index talk in the clear",
    "aws_opensearch_domain.d",
    { node_to_node_encryption: [{ enabled: true }] },
    { node_to_node_encryption: [{ enabled: false }] },
  ),
  changed(
    "an index is asked without TLS",
    "aws_opensearch_domain.d",
    { domain_endpoint_options: [{ enforce_https: true }] },
    { domain_endpoint_options: [{ enforce_https: false }] },
  ),
  changed(
    "an older TLS for an index",
    "aws_opensearch_domain.d",
    { domain_endpoint_options: [{ enforce_https: true, tls_security_policy: "Policy-Min-TLS-1-2-2019-07" }] },
    { domain_endpoint_options: [{ enforce_https: true, tls_security_policy: "Policy-Min-TLS-1-0-2019-07" }] },
  ),
  changed(
    "an older TLS for a listener",
    "aws_lb_listener.l",
    { protocol: "HTTPS", ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
    { ssl_policy: "ELBSecurityPolicy-2016-08" },
  ),
  changed(
    "records of a stream in the clear",
    "aws_kinesis_stream.s",
    { encryption_type: "KMS", kms_key_id: "k" },
    { encryption_type: "NONE" },
  ),
  changed(
    "a delivery stream in the clear",
    "aws_kinesis_firehose_delivery_stream.s",
    { server_side_encryption: [{ enabled: true }] },
    { server_side_encryption: [{ enabled: false }] },
  ),
  changed(
    "a table with AWS's key instead of ours",
    "aws_dynamodb_table.t",
    { server_side_encryption: [{ enabled: true, kms_key_arn: "k" }] },
    { server_side_encryption: [] },
  ),
  changed(
    "a bucket is encrypted with S3's keys instead of ours",
    "aws_s3_bucket_server_side_encryption_configuration.e",
    { bucket: "b", ...bucketEncryption("aws:kms", "k") },
    bucketEncryption("AES256"),
  ),
  changed(
    "the same, within the bucket",
    "aws_s3_bucket.b",
    { bucket: "b", server_side_encryption_configuration: [bucketEncryption("aws:kms", "k")] },
    { server_side_encryption_configuration: [bucketEncryption("AES256")] },
  ),
  changed(
    "the encryption within the bucket goes",
    "aws_s3_bucket.b",
    { bucket: "b", server_side_encryption_configuration: [bucketEncryption("AES256")] },
    { server_side_encryption_configuration: [] },
  ),
  changed("a topic loses its key", "aws_sns_topic.t", { kms_master_key_id: "alias/t" }, { kms_master_key_id: null }),
  changed("a queue loses its key", "aws_sqs_queue.q", { kms_master_key_id: "alias/t" }, { kms_master_key_id: "" }),
  changed(
    "a queue is not encrypted at all",
    "aws_sqs_queue.q",
    { sqs_managed_sse_enabled: true },
    { sqs_managed_sse_enabled: false },
  ),
  [
    "the storage of a database in the clear",
    plan([replace("aws_rds_cluster.c", { storage_encrypted: true }, { storage_encrypted: null })]),
  ],
  changed(
    "a cache in the clear, at rest",
    "aws_elasticache_replication_group.g",
    { at_rest_encryption_enabled: true },
    { at_rest_encryption_enabled: "false" },
  ),
  changed(
    "a cache in the clear, on the way",
    "aws_elasticache_replication_group.g",
    { transit_encryption_enabled: true },
    { transit_encryption_enabled: false },
  ),
  changed(
    "a cache that lets others in without TLS",
    "aws_elasticache_replication_group.g",
    { transit_encryption_mode: "required" },
    { transit_encryption_mode: "preferred" },
  ),
  ["files in the clear", plan([replace("aws_efs_file_system.f", { encrypted: true }, { encrypted: false })])],
  changed(
    "messages on the way to the brokers in the clear",
    "aws_msk_cluster.k",
    { encryption_info: [{ encryption_in_transit: [{ client_broker: "TLS", in_cluster: true }] }] },
    { encryption_info: [{ encryption_in_transit: [{ client_broker: "TLS_PLAINTEXT", in_cluster: true }] }] },
  ),
  changed(
    "brokers take messages from whoever",
    "aws_msk_cluster.k",
    { client_authentication: [{ unauthenticated: false, sasl: [{ iam: true }] }] },
    { client_authentication: [{ unauthenticated: true, sasl: [{ iam: true }] }] },
  ),
  changed("a warehouse in the clear", "aws_redshift_cluster.r", { encrypted: "true" }, { encrypted: "false" }),
  changed(
    "a warehouse's connections without TLS",
    "aws_redshift_parameter_group.p",
    { parameter: [{ name: "require_ssl", value: "true" }] },
    { parameter: [{ name: "require_ssl", value: "false" }] },
  ),
  changed(
    "PostgreSQL's TLS is no longer forced, because the parameter goes",
    "aws_db_parameter_group.p",
    { family: "postgres14", parameter: [{ name: "rds.force_ssl", value: "1" }] },
    { parameter: [] },
  ),
  [
    "images with AWS's key",
    plan([
      replace(
        "aws_ecr_repository.r",
        { encryption_configuration: [{ encryption_type: "KMS", kms_key: "k" }] },
        { encryption_configuration: [{ encryption_type: "AES256", kms_key: null }] },
      ),
    ]),
  ],
  changed(
    "an origin's certificate is of an older TLS",
    "aws_cloudfront_distribution.d",
    { viewer_certificate: [{ minimum_protocol_version: "TLSv1.2_2021" }] },
    { viewer_certificate: [{ minimum_protocol_version: "TLSv1" }] },
  ),
  changed(
    "a bucket of another cloud loses its key",
    "google_storage_bucket.b",
    { encryption: [{ default_kms_key_name: "projects/p/k" }] },
    { encryption: [] },
  ),
  changed(
    "an account of another cloud is asked without TLS",
    "azurerm_storage_account.a",
    { https_traffic_only_enabled: true },
    { https_traffic_only_enabled: false },
  ),
  changed(
    "a database of another cloud lets others in without TLS",
    "google_sql_database_instance.d",
    { settings: [{ ip_configuration: [{ ssl_mode: "ENCRYPTED_ONLY" }] }] },
    { settings: [{ ip_configuration: [{ ssl_mode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED" }] }] },
  ),
];

const protection: readonly NamedPlan[] = [
  changed(
    "users may be deleted",
    "aws_cognito_user_pool.p",
    { deletion_protection: "ACTIVE" },
    { deletion_protection: "INACTIVE" },
  ),
  changed(
    "a table cannot be restored",
    "aws_dynamodb_table.t",
    { point_in_time_recovery: [{ enabled: true }] },
    { point_in_time_recovery: [{ enabled: false }] },
  ),
  changed(
    "a table loses the block by which it could be restored",
    "aws_dynamodb_table.t",
    { point_in_time_recovery: [{ enabled: true }] },
    { point_in_time_recovery: [] },
  ),
  changed(
    "a table may be deleted",
    "aws_dynamodb_table.t",
    { deletion_protection_enabled: true },
    { deletion_protection_enabled: false },
  ),
  changed(
    "versioning within the bucket",
    "aws_s3_bucket.b",
    { bucket: "b", versioning: [{ enabled: true }] },
    { versioning: [{ enabled: false }] },
  ),
  changed(
    "an object lock that administrators can lift",
    "aws_s3_bucket_object_lock_configuration.l",
    { bucket: "b", rule: [{ default_retention: [{ mode: "COMPLIANCE", days: 30 }] }] },
    { rule: [{ default_retention: [{ mode: "GOVERNANCE", days: 30 }] }] },
  ),
  changed("the trail is stopped", "aws_cloudtrail.t", { name: "t", enable_logging: true }, { enable_logging: false }),
  changed(
    "the trail leaves regions out",
    "aws_cloudtrail.t",
    { name: "t", is_multi_region_trail: true },
    { is_multi_region_trail: false },
  ),
  changed(
    "the trail's files can be forged",
    "aws_cloudtrail.t",
    { name: "t", enable_log_file_validation: true },
    { enable_log_file_validation: false },
  ),
  ["the trail goes", plan([destroy("aws_cloudtrail.t", { name: "t", enable_logging: true })])],
  changed("GuardDuty is off", "aws_guardduty_detector.d", { enable: true }, { enable: false }),
  ["GuardDuty goes", plan([destroy("aws_guardduty_detector.d", { enable: true })])],
  changed(
    "a part of GuardDuty is off",
    "aws_guardduty_detector_feature.f",
    { name: "S3_DATA_EVENTS", status: "ENABLED" },
    { status: "DISABLED" },
  ),
  changed(
    "the recorder is stopped",
    "aws_config_configuration_recorder_status.r",
    { is_enabled: true },
    { is_enabled: false },
  ),
  changed("a key is no longer rotated", "aws_kms_key.k", { enable_key_rotation: true }, { enable_key_rotation: false }),
  changed(
    "a deleted key is gone sooner",
    "aws_kms_key.k",
    { deletion_window_in_days: 30 },
    { deletion_window_in_days: 7 },
  ),
  changed(
    "files are no longer backed up",
    "aws_efs_backup_policy.p",
    { backup_policy: [{ status: "ENABLED" }] },
    { backup_policy: [{ status: "DISABLED" }] },
  ),
  changed(
    "a cache is no longer backed up",
    "aws_elasticache_replication_group.g",
    { snapshot_retention_limit: 7 },
    { snapshot_retention_limit: 0 },
  ),
  changed(
    "backups are off, as a text",
    "aws_rds_cluster.c",
    { backup_retention_period: 7 },
    { backup_retention_period: "0" },
  ),
  changed(
    "a secret is gone at once",
    "aws_secretsmanager_secret.s",
    { name: "s", recovery_window_in_days: 30 },
    { recovery_window_in_days: 0 },
  ),
  changed(
    "images can be put in another's place",
    "aws_ecr_repository.r",
    { name: "r", image_tag_mutability: "IMMUTABLE" },
    { image_tag_mutability: "MUTABLE" },
  ),
  changed(
    "servers give away their credentials",
    "aws_instance.i",
    { metadata_options: [{ http_tokens: "required" }] },
    { metadata_options: [{ http_tokens: "optional" }] },
  ),
  changed(
    "keys of another cloud can be purged",
    "azurerm_key_vault.v",
    { purge_protection_enabled: true },
    { purge_protection_enabled: false },
  ),
  changed(
    "a database of another cloud may be deleted",
    "google_sql_database_instance.d",
    { settings: [{ deletion_protection_enabled: true }] },
    { settings: [{ deletion_protection_enabled: false }] },
  ),
  changed(
    "a database of another cloud is not backed up",
    "google_sql_database_instance.d",
    { settings: [{ backup_configuration: [{ enabled: true }] }] },
    { settings: [{ backup_configuration: [{ enabled: false }] }] },
  ),
  ["a vault's lock goes", plan([destroy("aws_backup_vault_lock_configuration.l", { backup_vault_name: "v" })])],
  ["the plan of backups goes", plan([destroy("aws_backup_plan.p", { name: "daily" })])],
  ["what is backed up is left out", plan([destroy("aws_backup_selection.s", { name: "all" })])],
  [
    "the web firewall leaves the load balancer",
    plan([destroy("aws_wafv2_web_acl_association.a", { resource_arn: "lb" })]),
  ],
];

const shortened: readonly NamedPlan[] = [
  changed(
    "logs are kept for fewer days",
    "aws_cloudwatch_log_group.l",
    { retention_in_days: 365 },
    { retention_in_days: 1 },
  ),
  changed(
    "logs are no longer kept for ever",
    "aws_cloudwatch_log_group.l",
    { retention_in_days: 0 },
    { retention_in_days: 30 },
  ),
  changed(
    "backups are kept for fewer days",
    "aws_db_instance.d",
    { backup_retention_period: 35 },
    { backup_retention_period: 1 },
  ),
  changed("objects expire sooner", "aws_s3_bucket_lifecycle_configuration.l", lifecycle(365), lifecycle(1)),
  [
    "objects expire, in a bucket that is there",
    plan([create("aws_s3_bucket_lifecycle_configuration.l", lifecycle(1))]),
  ],
  changed(
    "objects expire, by the bucket itself",
    "aws_s3_bucket.b",
    { bucket: "b", lifecycle_rule: [] },
    { lifecycle_rule: [{ enabled: true, expiration: [{ days: 1 }] }] },
  ),
  changed(
    "former versions expire sooner",
    "aws_s3_bucket_lifecycle_configuration.l",
    { bucket: "b", rule: [{ id: "r", status: "Enabled", noncurrent_version_expiration: [{ noncurrent_days: 90 }] }] },
    { rule: [{ id: "r", status: "Enabled", noncurrent_version_expiration: [{ noncurrent_days: 1 }] }] },
  ),
  changed(
    "backups of a plan are kept for fewer days",
    "aws_backup_plan.p",
    { rule: [{ rule_name: "r", lifecycle: [{ delete_after: 365 }] }] },
    { rule: [{ rule_name: "r", lifecycle: [{ delete_after: 1 }] }] },
  ),
  changed(
    "messages are kept for a minute",
    "aws_sqs_queue.q",
    { message_retention_seconds: 345600 },
    { message_retention_seconds: 60 },
  ),
  changed(
    "records are kept for fewer hours",
    "aws_kinesis_stream.s",
    { retention_period: 168 },
    { retention_period: 24 },
  ),
  changed(
    "backups of a database of another cloud",
    "azurerm_postgresql_flexible_server.d",
    { backup_retention_days: 35 },
    { backup_retention_days: 7 },
  ),
];

function lifecycle(days: number): JsonObject {
  return { bucket: "b", rule: [{ id: "r", status: "Enabled", expiration: [{ days }] }] };
}

export const weakened: readonly NamedPlan[] = [...encryption, ...protection, ...shortened];
