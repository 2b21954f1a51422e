// Weaker encryption, by many attributes.
import type { JsonObject } from "@dev-one/cli/json";

import { changedResource, type NamedPlan } from "./builders";
import { create, plan, replace } from "./plans";

const bucketEncryption = (algorithm: string, key: string | null = null): JsonObject => ({
  rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: algorithm, kms_master_key_id: key }] }],
});

export const encryptionDowngrades: readonly NamedPlan[] = [
  changedResource(
    "EBS encryption by default is switched off",
    "aws_ebs_encryption_by_default.e",
    { enabled: true },
    { enabled: false },
  ),
  [
    "EBS encryption by default is created switched off",
    plan([create("aws_ebs_encryption_by_default.e", { enabled: false })]),
  ],
  changedResource(
    "encryption at rest of OpenSearch is switched off",
    "aws_opensearch_domain.d",
    { encrypt_at_rest: [{ enabled: true, kms_key_id: "k" }] },
    { encrypt_at_rest: [{ enabled: false, kms_key_id: "k" }] },
  ),
  changedResource(
    "the encrypt_at_rest block of OpenSearch is removed",
    "aws_opensearch_domain.d",
    { encrypt_at_rest: [{ enabled: true }] },
    { encrypt_at_rest: [] },
  ),
  changedResource(
    "node-to-node encryption of OpenSearch is switched off",
    "aws_opensearch_domain.d",
    { node_to_node_encryption: [{ enabled: true }] },
    { node_to_node_encryption: [{ enabled: false }] },
  ),
  changedResource(
    "enforce_https of OpenSearch is switched off",
    "aws_opensearch_domain.d",
    { domain_endpoint_options: [{ enforce_https: true }] },
    { domain_endpoint_options: [{ enforce_https: false }] },
  ),
  changedResource(
    "an older TLS policy of OpenSearch",
    "aws_opensearch_domain.d",
    { domain_endpoint_options: [{ enforce_https: true, tls_security_policy: "Policy-Min-TLS-1-2-2019-07" }] },
    { domain_endpoint_options: [{ enforce_https: true, tls_security_policy: "Policy-Min-TLS-1-0-2019-07" }] },
  ),
  changedResource(
    "an older TLS policy of a listener",
    "aws_lb_listener.l",
    { protocol: "HTTPS", ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
    { ssl_policy: "ELBSecurityPolicy-2016-08" },
  ),
  changedResource(
    "encryption of a Kinesis stream is switched off",
    "aws_kinesis_stream.s",
    { encryption_type: "KMS", kms_key_id: "k" },
    { encryption_type: "NONE" },
  ),
  changedResource(
    "encryption of a Firehose stream is switched off",
    "aws_kinesis_firehose_delivery_stream.s",
    { server_side_encryption: [{ enabled: true }] },
    { server_side_encryption: [{ enabled: false }] },
  ),
  changedResource(
    "a DynamoDB table with an AWS owned key",
    "aws_dynamodb_table.t",
    { server_side_encryption: [{ enabled: true, kms_key_arn: "k" }] },
    { server_side_encryption: [] },
  ),
  changedResource(
    "a bucket with SSE-S3 instead of SSE-KMS",
    "aws_s3_bucket_server_side_encryption_configuration.e",
    { bucket: "b", ...bucketEncryption("aws:kms", "k") },
    bucketEncryption("AES256"),
  ),
  changedResource(
    "an inline bucket configuration with SSE-S3 instead of SSE-KMS",
    "aws_s3_bucket.b",
    { bucket: "b", server_side_encryption_configuration: [bucketEncryption("aws:kms", "k")] },
    { server_side_encryption_configuration: [bucketEncryption("AES256")] },
  ),
  changedResource(
    "the inline encryption of a bucket is removed",
    "aws_s3_bucket.b",
    { bucket: "b", server_side_encryption_configuration: [bucketEncryption("AES256")] },
    { server_side_encryption_configuration: [] },
  ),
  changedResource(
    "the KMS key of a topic is removed",
    "aws_sns_topic.t",
    { kms_master_key_id: "alias/t" },
    { kms_master_key_id: null },
  ),
  changedResource(
    "a queue loses its key",
    "aws_sqs_queue.q",
    { kms_master_key_id: "alias/t" },
    { kms_master_key_id: "" },
  ),
  changedResource(
    "encryption of a queue is switched off",
    "aws_sqs_queue.q",
    { sqs_managed_sse_enabled: true },
    { sqs_managed_sse_enabled: false },
  ),
  [
    "storage_encrypted of a database is switched off",
    plan([replace("aws_rds_cluster.c", { storage_encrypted: true }, { storage_encrypted: null })]),
  ],
  changedResource(
    "encryption at rest of a cache is switched off",
    "aws_elasticache_replication_group.g",
    { at_rest_encryption_enabled: true },
    { at_rest_encryption_enabled: "false" },
  ),
  changedResource(
    "encryption in transit of a cache is switched off",
    "aws_elasticache_replication_group.g",
    { transit_encryption_enabled: true },
    { transit_encryption_enabled: false },
  ),
  changedResource(
    "transit encryption of a cache becomes preferred",
    "aws_elasticache_replication_group.g",
    { transit_encryption_mode: "required" },
    { transit_encryption_mode: "preferred" },
  ),
  [
    "encryption of a file system is switched off",
    plan([replace("aws_efs_file_system.f", { encrypted: true }, { encrypted: false })]),
  ],
  changedResource(
    "client connections to brokers in plain text",
    "aws_msk_cluster.k",
    { encryption_info: [{ encryption_in_transit: [{ client_broker: "TLS", in_cluster: true }] }] },
    { encryption_info: [{ encryption_in_transit: [{ client_broker: "TLS_PLAINTEXT", in_cluster: true }] }] },
  ),
  changedResource(
    "brokers accept unauthenticated clients",
    "aws_msk_cluster.k",
    { client_authentication: [{ unauthenticated: false, sasl: [{ iam: true }] }] },
    { client_authentication: [{ unauthenticated: true, sasl: [{ iam: true }] }] },
  ),
  changedResource(
    "encryption of Redshift is switched off",
    "aws_redshift_cluster.r",
    { encrypted: "true" },
    { encrypted: "false" },
  ),
  changedResource(
    "require_ssl of Redshift is switched off",
    "aws_redshift_parameter_group.p",
    { parameter: [{ name: "require_ssl", value: "true" }] },
    { parameter: [{ name: "require_ssl", value: "false" }] },
  ),
  changedResource(
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
  changedResource(
    "an older minimum TLS version of a distribution",
    "aws_cloudfront_distribution.d",
    { viewer_certificate: [{ minimum_protocol_version: "TLSv1.2_2021" }] },
    { viewer_certificate: [{ minimum_protocol_version: "TLSv1" }] },
  ),
  changedResource(
    "a Google bucket without its KMS key",
    "google_storage_bucket.b",
    { encryption: [{ default_kms_key_name: "projects/p/k" }] },
    { encryption: [] },
  ),
  changedResource(
    "https_only of an Azure storage account is switched off",
    "azurerm_storage_account.a",
    { https_traffic_only_enabled: true },
    { https_traffic_only_enabled: false },
  ),
  changedResource(
    "a Google database accepts connections without TLS",
    "google_sql_database_instance.d",
    { settings: [{ ip_configuration: [{ ssl_mode: "ENCRYPTED_ONLY" }] }] },
    { settings: [{ ip_configuration: [{ ssl_mode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED" }] }] },
  ),
];
