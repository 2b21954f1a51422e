// Weaker protection and backups, by many attributes; encryption is beside it.
import type { JsonObject } from "@dev-one/cli/json";

import { changedResource, type NamedPlan } from "./builders";
import { encryptionDowngrades } from "./encryption-downgrades";
import { create, destroy, plan } from "./plans";

const protection: readonly NamedPlan[] = [
  changedResource(
    "deletion protection of a user pool is switched off",
    "aws_cognito_user_pool.p",
    { deletion_protection: "ACTIVE" },
    { deletion_protection: "INACTIVE" },
  ),
  changedResource(
    "point-in-time recovery of a table is switched off",
    "aws_dynamodb_table.t",
    { point_in_time_recovery: [{ enabled: true }] },
    { point_in_time_recovery: [{ enabled: false }] },
  ),
  changedResource(
    "the point_in_time_recovery block of a table is removed",
    "aws_dynamodb_table.t",
    { point_in_time_recovery: [{ enabled: true }] },
    { point_in_time_recovery: [] },
  ),
  changedResource(
    "deletion protection of a table is switched off",
    "aws_dynamodb_table.t",
    { deletion_protection_enabled: true },
    { deletion_protection_enabled: false },
  ),
  changedResource(
    "inline versioning of a bucket is switched off",
    "aws_s3_bucket.b",
    { bucket: "b", versioning: [{ enabled: true }] },
    { versioning: [{ enabled: false }] },
  ),
  changedResource(
    "object lock in GOVERNANCE instead of COMPLIANCE mode",
    "aws_s3_bucket_object_lock_configuration.l",
    { bucket: "b", rule: [{ default_retention: [{ mode: "COMPLIANCE", days: 30 }] }] },
    { rule: [{ default_retention: [{ mode: "GOVERNANCE", days: 30 }] }] },
  ),
  changedResource(
    "the trail is stopped",
    "aws_cloudtrail.t",
    { name: "t", enable_logging: true },
    { enable_logging: false },
  ),
  changedResource(
    "a trail is no longer multi-region",
    "aws_cloudtrail.t",
    { name: "t", is_multi_region_trail: true },
    { is_multi_region_trail: false },
  ),
  changedResource(
    "log file validation of a trail is switched off",
    "aws_cloudtrail.t",
    { name: "t", enable_log_file_validation: true },
    { enable_log_file_validation: false },
  ),
  ["a trail is destroyed", plan([destroy("aws_cloudtrail.t", { name: "t", enable_logging: true })])],
  changedResource(
    "the GuardDuty detector is disabled",
    "aws_guardduty_detector.d",
    { enable: true },
    { enable: false },
  ),
  ["the GuardDuty detector is destroyed", plan([destroy("aws_guardduty_detector.d", { enable: true })])],
  changedResource(
    "a GuardDuty feature is disabled",
    "aws_guardduty_detector_feature.f",
    { name: "S3_DATA_EVENTS", status: "ENABLED" },
    { status: "DISABLED" },
  ),
  changedResource(
    "the configuration recorder is stopped",
    "aws_config_configuration_recorder_status.r",
    { is_enabled: true },
    { is_enabled: false },
  ),
  changedResource(
    "key rotation is switched off",
    "aws_kms_key.k",
    { enable_key_rotation: true },
    { enable_key_rotation: false },
  ),
  changedResource(
    "a shorter deletion window of a key",
    "aws_kms_key.k",
    { deletion_window_in_days: 30 },
    { deletion_window_in_days: 7 },
  ),
  changedResource(
    "backups of a file system are disabled",
    "aws_efs_backup_policy.p",
    { backup_policy: [{ status: "ENABLED" }] },
    { backup_policy: [{ status: "DISABLED" }] },
  ),
  changedResource(
    "snapshots of a cache are switched off",
    "aws_elasticache_replication_group.g",
    { snapshot_retention_limit: 7 },
    { snapshot_retention_limit: 0 },
  ),
  changedResource(
    "backup retention is the string 0",
    "aws_rds_cluster.c",
    { backup_retention_period: 7 },
    { backup_retention_period: "0" },
  ),
  changedResource(
    "recovery window of a secret is 0",
    "aws_secretsmanager_secret.s",
    { name: "s", recovery_window_in_days: 30 },
    { recovery_window_in_days: 0 },
  ),
  changedResource(
    "image tags become mutable",
    "aws_ecr_repository.r",
    { name: "r", image_tag_mutability: "IMMUTABLE" },
    { image_tag_mutability: "MUTABLE" },
  ),
  changedResource(
    "IMDSv2 is no longer required",
    "aws_instance.i",
    { metadata_options: [{ http_tokens: "required" }] },
    { metadata_options: [{ http_tokens: "optional" }] },
  ),
  changedResource(
    "purge protection of an Azure key vault is switched off",
    "azurerm_key_vault.v",
    { purge_protection_enabled: true },
    { purge_protection_enabled: false },
  ),
  changedResource(
    "deletion protection of a Google database is switched off",
    "google_sql_database_instance.d",
    { settings: [{ deletion_protection_enabled: true }] },
    { settings: [{ deletion_protection_enabled: false }] },
  ),
  changedResource(
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
  changedResource(
    "shorter retention of logs",
    "aws_cloudwatch_log_group.l",
    { retention_in_days: 365 },
    { retention_in_days: 1 },
  ),
  changedResource(
    "retention of logs is set where it was unlimited",
    "aws_cloudwatch_log_group.l",
    { retention_in_days: 0 },
    { retention_in_days: 30 },
  ),
  changedResource(
    "shorter backup retention of a database",
    "aws_db_instance.d",
    { backup_retention_period: 35 },
    { backup_retention_period: 1 },
  ),
  changedResource(
    "a shorter expiration of objects",
    "aws_s3_bucket_lifecycle_configuration.l",
    lifecycle(365),
    lifecycle(1),
  ),
  [
    "a new expiration rule for an existing bucket",
    plan([create("aws_s3_bucket_lifecycle_configuration.l", lifecycle(1))]),
  ],
  changedResource(
    "a new inline expiration rule of a bucket",
    "aws_s3_bucket.b",
    { bucket: "b", lifecycle_rule: [] },
    { lifecycle_rule: [{ enabled: true, expiration: [{ days: 1 }] }] },
  ),
  changedResource(
    "noncurrent versions expire sooner",
    "aws_s3_bucket_lifecycle_configuration.l",
    { bucket: "b", rule: [{ id: "r", status: "Enabled", noncurrent_version_expiration: [{ noncurrent_days: 90 }] }] },
    { rule: [{ id: "r", status: "Enabled", noncurrent_version_expiration: [{ noncurrent_days: 1 }] }] },
  ),
  changedResource(
    "shorter retention in a backup plan",
    "aws_backup_plan.p",
    { rule: [{ rule_name: "r", lifecycle: [{ delete_after: 365 }] }] },
    { rule: [{ rule_name: "r", lifecycle: [{ delete_after: 1 }] }] },
  ),
  changedResource(
    "shorter retention of messages",
    "aws_sqs_queue.q",
    { message_retention_seconds: 345600 },
    { message_retention_seconds: 60 },
  ),
  changedResource(
    "shorter retention of stream records",
    "aws_kinesis_stream.s",
    { retention_period: 168 },
    { retention_period: 24 },
  ),
  changedResource(
    "shorter backup retention of an Azure database",
    "azurerm_postgresql_flexible_server.d",
    { backup_retention_days: 35 },
    { backup_retention_days: 7 },
  ),
];

function lifecycle(days: number): JsonObject {
  return { bucket: "b", rule: [{ id: "r", status: "Enabled", expiration: [{ days }] }] };
}

export const downgrades: readonly NamedPlan[] = [...encryptionDowngrades, ...protection, ...shortened];
