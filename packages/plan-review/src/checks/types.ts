// Facts about resource types.
import type { Danger } from "../finding";
import { entry } from "../text";

/**
 * Types whose destruction loses data that no apply restores, and that data, after the delete operations in AWS's API references.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DeleteHostedZone.html
 */
const DATA: Readonly<Record<string, string>> = {
  aws_acmpca_certificate_authority: "a certificate authority, and all that it signs",
  aws_ami: "an image",
  aws_ami_copy: "an image",
  aws_ami_from_instance: "an image",
  aws_auditmanager_assessment: "evidence",
  aws_backup_logically_air_gapped_vault: "backups",
  aws_backup_vault: "backups",
  aws_bedrock_custom_model: "a trained model",
  aws_bedrockagentcore_memory: "memories",
  aws_cloud9_environment_ec2: "files",
  aws_cloudformation_stack: "all that is in it",
  aws_cloudformation_stack_instances: "all that is in them",
  aws_cloudformation_stack_set_instance: "all that is in it",
  aws_cloudfront_key_value_store: "values",
  aws_cloudfrontkeyvaluestore_key: "a value",
  aws_cloudhsm_v2_cluster: "keys, and all that they encrypt",
  aws_cloudsearch_domain: "an index",
  aws_cloudtrail_event_data_store: "logs",
  aws_cloudwatch_event_archive: "events",
  aws_cloudwatch_log_group: "logs",
  aws_cloudwatch_log_stream: "logs",
  aws_codeartifact_domain: "packages",
  aws_codeartifact_repository: "packages",
  aws_codecatalyst_project: "repositories",
  aws_codecatalyst_source_repository: "a repository",
  aws_codecommit_repository: "a repository",
  aws_cognito_identity_pool: "identities",
  aws_cognito_user: "a user",
  aws_cognito_user_pool: "users",
  aws_comprehend_document_classifier: "a trained model",
  aws_comprehend_entity_recognizer: "a trained model",
  aws_connect_instance: "contacts and their records",
  aws_connect_phone_number: "a phone number",
  aws_customerprofiles_domain: "profiles",
  aws_dataexchange_data_set: "a data set",
  aws_datazone_domain: "a catalogue",
  aws_dax_cluster: "a cache",
  aws_db_cluster_snapshot: "a backup",
  aws_db_instance: "a database",
  aws_db_snapshot: "a backup",
  aws_db_snapshot_copy: "a backup",
  aws_detective_graph: "events",
  aws_directory_service_directory: "a directory and its users",
  aws_docdb_cluster: "a database",
  aws_docdb_cluster_snapshot: "a backup",
  aws_docdb_global_cluster: "a database",
  aws_docdbelastic_cluster: "a database",
  aws_dsql_cluster: "a database",
  aws_dynamodb_global_table: "a table",
  aws_dynamodb_table: "a table",
  aws_dynamodb_table_item: "an item",
  aws_dynamodb_table_replica: "a table",
  aws_ebs_snapshot: "a backup",
  aws_ebs_snapshot_copy: "a backup",
  aws_ebs_snapshot_import: "a backup",
  aws_ebs_volume: "a volume",
  aws_ecr_repository: "images",
  aws_ecrpublic_repository: "images",
  aws_efs_file_system: "files",
  aws_elasticache_cluster: "a cache",
  aws_elasticache_global_replication_group: "a cache",
  aws_elasticache_replication_group: "a cache",
  aws_elasticache_serverless_cache: "a cache",
  aws_elasticsearch_domain: "an index",
  aws_finspace_kx_database: "a database",
  aws_finspace_kx_volume: "a volume",
  aws_fsx_backup: "a backup",
  aws_fsx_file_cache: "a cache",
  aws_fsx_lustre_file_system: "files",
  aws_fsx_ontap_file_system: "files",
  aws_fsx_ontap_storage_virtual_machine: "volumes",
  aws_fsx_ontap_volume: "files",
  aws_fsx_openzfs_file_system: "files",
  aws_fsx_openzfs_snapshot: "a backup",
  aws_fsx_openzfs_volume: "files",
  aws_fsx_windows_file_system: "files",
  aws_glacier_vault: "archives",
  aws_globalaccelerator_accelerator: "static IP addresses",
  aws_globalaccelerator_custom_routing_accelerator: "static IP addresses",
  aws_grafana_workspace: "dashboards",
  aws_imagebuilder_image: "an image",
  aws_kendra_index: "an index",
  aws_keyspaces_keyspace: "tables",
  aws_keyspaces_table: "a table",
  aws_kinesis_stream: "records",
  aws_kinesis_video_stream: "recordings",
  aws_kms_external_key: "a key, and all that it encrypts",
  aws_kms_key: "a key, and all that it encrypts",
  aws_kms_replica_external_key: "a key, and all that it encrypts",
  aws_kms_replica_key: "a key, and all that it encrypts",
  aws_lightsail_bucket: "objects",
  aws_lightsail_database: "a database",
  aws_lightsail_disk: "a volume",
  aws_lightsail_instance: "a server and its volume",
  aws_lightsail_static_ip: "a static IP address",
  aws_location_geofence_collection: "geofences",
  aws_location_tracker: "positions",
  aws_media_store_container: "objects",
  aws_memorydb_cluster: "a database",
  aws_memorydb_multi_region_cluster: "a database",
  aws_memorydb_snapshot: "a backup",
  aws_mq_broker: "messages",
  aws_msk_cluster: "messages",
  aws_msk_serverless_cluster: "messages",
  aws_neptune_cluster: "a database",
  aws_neptune_cluster_snapshot: "a backup",
  aws_neptune_global_cluster: "a database",
  aws_neptunegraph_graph: "a database",
  aws_odb_cloud_autonomous_vm_cluster: "databases",
  aws_odb_cloud_exadata_infrastructure: "databases",
  aws_odb_cloud_vm_cluster: "databases",
  aws_opensearch_domain: "an index",
  aws_opensearchserverless_collection: "an index",
  aws_paymentcryptography_key: "a key, and all that it encrypts",
  aws_pinpoint_app: "endpoints",
  aws_pinpointsmsvoicev2_phone_number: "a phone number",
  aws_prometheus_workspace: "metrics",
  aws_qldb_ledger: "a ledger",
  aws_quicksight_account_subscription: "dashboards and their data sets",
  aws_rds_cluster: "a database",
  aws_rds_cluster_snapshot_copy: "a backup",
  aws_rds_global_cluster: "a database",
  aws_rds_shard_group: "a database",
  aws_redshift_cluster: "a database",
  aws_redshift_cluster_snapshot: "a backup",
  aws_redshiftserverless_namespace: "a database",
  aws_redshiftserverless_snapshot: "a backup",
  aws_rekognition_collection: "faces",
  aws_rekognition_project: "trained models",
  aws_route53_delegation_set: "a delegation set of name servers",
  aws_route53_zone: "a zone: its records, and the name servers in its delegation",
  aws_route53domains_domain: "a domain name",
  aws_s3_bucket: "objects",
  aws_s3_bucket_object: "an object",
  aws_s3_directory_bucket: "objects",
  aws_s3_object: "an object",
  aws_s3_object_copy: "an object",
  aws_s3control_bucket: "objects",
  aws_s3tables_namespace: "tables",
  aws_s3tables_table: "a table",
  aws_s3tables_table_bucket: "tables",
  aws_s3vectors_index: "vectors",
  aws_s3vectors_vector_bucket: "vectors",
  aws_sagemaker_domain: "notebooks and their files",
  aws_sagemaker_feature_group: "records",
  aws_sagemaker_mlflow_tracking_server: "experiments",
  aws_sagemaker_notebook_instance: "notebooks and their files",
  aws_sagemaker_space: "files",
  aws_secretsmanager_secret: "a secret",
  aws_securitylake_data_lake: "logs",
  aws_serverlessapplicationrepository_cloudformation_stack: "all that is in it",
  aws_service_discovery_private_dns_namespace: "a zone and its records",
  aws_service_discovery_public_dns_namespace: "a zone: its records, and the name servers in its delegation",
  aws_sesv2_contact_list: "contacts",
  aws_sqs_queue: "messages",
  aws_ssm_parameter: "a value",
  aws_storagegateway_cached_iscsi_volume: "a volume",
  aws_storagegateway_stored_iscsi_volume: "a volume",
  aws_timestreaminfluxdb_db_cluster: "a database",
  aws_timestreaminfluxdb_db_instance: "a database",
  aws_timestreamwrite_database: "tables",
  aws_timestreamwrite_table: "a table",
  aws_transcribe_language_model: "a trained model",
  aws_workspaces_workspace: "a desktop, and its files",
  azurerm_cosmosdb_account: "a database",
  azurerm_eventhub: "messages",
  azurerm_key_vault: "keys and secrets",
  azurerm_key_vault_key: "a key, and all that it encrypts",
  azurerm_key_vault_secret: "a secret",
  azurerm_managed_disk: "a volume",
  azurerm_mssql_database: "a database",
  azurerm_mssql_server: "its databases",
  azurerm_mysql_flexible_server: "a database",
  azurerm_mysql_server: "a database",
  azurerm_postgresql_flexible_server: "a database",
  azurerm_postgresql_server: "a database",
  azurerm_recovery_services_vault: "backups",
  azurerm_redis_cache: "a cache",
  azurerm_resource_group: "all that is in it",
  azurerm_servicebus_queue: "messages",
  azurerm_servicebus_topic: "messages",
  azurerm_storage_account: "objects",
  azurerm_storage_blob: "an object",
  azurerm_storage_container: "objects",
  azurerm_storage_share: "files",
  github_repository: "a repository",
  gitlab_project: "a repository",
  google_alloydb_cluster: "a database",
  google_artifact_registry_repository: "images",
  google_bigquery_dataset: "tables",
  google_bigquery_table: "a table",
  google_bigtable_instance: "tables",
  google_compute_disk: "a volume",
  google_filestore_instance: "files",
  google_firestore_database: "a database",
  google_kms_crypto_key: "a key, and all that it encrypts",
  google_kms_crypto_key_version: "a key, and all that it encrypts",
  google_project: "all that is in it",
  google_pubsub_subscription: "messages",
  google_redis_instance: "a cache",
  google_secret_manager_secret: "a secret",
  google_spanner_database: "a database",
  google_spanner_instance: "a database",
  google_sql_database: "a database",
  google_sql_database_instance: "a database",
  google_storage_bucket: "objects",
  google_storage_bucket_object: "an object",
  kubernetes_namespace: "all that is in it",
  kubernetes_namespace_v1: "all that is in it",
  kubernetes_persistent_volume: "a volume",
  kubernetes_persistent_volume_claim: "a volume",
  kubernetes_persistent_volume_claim_v1: "a volume",
  kubernetes_persistent_volume_v1: "a volume",
  kubernetes_stateful_set: "its volumes",
  kubernetes_stateful_set_v1: "its volumes",
  neon_project: "its databases",
  random_password: "a generated secret",
  supabase_project: "its databases",
  tls_private_key: "a private key",
  vault_mount: "secrets",
};

/** Words in the name of an undescribed type that holds data. */
const HOLDS_DATA =
  /(^|_)(db|databases?|bucket|volume|disk|storage|file_?system|filestore|(file_)?share|snapshot|backup|table|vault|repository|ledger|dataset|data_?store|warehouse|keyspace|collection|kv|kafka|redis|valkey|pg|postgres|postgresql|mysql|mariadb|mssql|sql|mongo|mongodb|mongodbatlas|cosmosdb|bigtable|spanner|firestore|alloydb|elasticsearch|opensearch|clickhouse|cassandra|neo4j|influxdb|rabbitmq|persistent_volume(_claim)?|stateful_?set|object_?storage)(_|$)/;

/** Words in the name of an undescribed type that may hold data. */
const SOUNDS_LIKE_DATA =
  /(^|_)(helm_release|queue|stream|topic|cluster|registry|index|cache|store|secret|key|instance|domain|zone)(_|$)/;

/** Words in the name of a type that configures one with data. */
const ABOUT_DATA =
  /_(policy|policies|attachment|association|notification|configuration|config|acl|acls|alias|parameter_group|parameters?|settings?|subnet_group|option_group|versioning|block|block_public_access(_configuration)?|controls|rules?|target|target_group|version|lock|metric|logging|replication|grants?|permissions?|member|binding|endpoint|schedule|profile|key_pair|cors|ownership|proxy|users?|roles?|access_point|access_key|api_key|mount_target|plan|selection|subscription|framework|event|alert|inventory|membership|peering|allow_?list|ip_access_list|project_ip_access_list|firewall|certificate|cert|credentials?|service_account|connection|link|custom_domain|website|deployment|webhook|deploy_key|collaborators?|maintenance_window|monitor|dashboard)(_v\d+)?$|route_?table|routing_table|_route_|(^|_)(role|user|access|policy)_/;

/** The data that is lost with a resource of this type; undefined where there is none. */
export function dataOf(type: string): string | undefined {
  return entry(DATA, type);
}

/** Whether the name of an undescribed type says that it holds data. */
export function holdsData(type: string): boolean {
  return dataOf(type) === undefined && HOLDS_DATA.test(type) && !ABOUT_DATA.test(type);
}

/** Whether the name of an undescribed type suggests that it may hold data. */
export function soundsLikeData(type: string): boolean {
  return dataOf(type) === undefined && SOUNDS_LIKE_DATA.test(type) && !ABOUT_DATA.test(type);
}

const IDENTITY =
  /(^|_)(iam|sso|ssoadmin|kms|cognito|identitystore|organizations|secretsmanager|acm|acmpca|ram|signer)_|_(policy|permission|role|grant|access_key|login_profile|user_pool|trust_anchor|oidc_provider|saml_provider|policy_attachment|iam_member|iam_binding|role_assignment|service_account)$/;

const NETWORK =
  /(^|_)(vpc|subnet|route|route53|route_table|nat|eip|internet_gateway|egress_only|security_group|network|lb|alb|elb|elbv2|vpn|dx|ec2_transit|ec2_managed_prefix|ec2_subnet|ec2_client_vpn|cloudfront|globalaccelerator|apigateway|apigatewayv2|api_gateway|dns|firewall|networkfirewall|wafv2|waf|appmesh|service_discovery|prefix_list|flow_log|customer_gateway|peering)(_|$)/;

/** The class of a change, by the name of its type. */
export function dangerOf(type: string): Danger {
  if (/lifecycle_policy|retention|(^|_)backup_(plan|selection|vault|policy)/.test(type)) return "data loss";
  if (IDENTITY.test(type) && !/^aws_autoscaling_policy$|^aws_appautoscaling_policy$|_scaling_policy$/.test(type)) {
    return "identity";
  }
  return NETWORK.test(type) ? "network" : "safe";
}

/** Types that only monitor. */
const MONITORING: ReadonlySet<string> = new Set([
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_log_metric_filter",
  "aws_cloudwatch_query_definition",
  "datadog_dashboard",
  "datadog_dashboard_json",
  "datadog_logs_metric",
  "datadog_monitor",
  "datadog_monitor_json",
  "datadog_service_level_objective",
  "google_monitoring_dashboard",
  "grafana_dashboard",
]);

/** Whether creating a resource of this type has no effect on others. */
export function isMonitoringOnly(type: string): boolean {
  return MONITORING.has(type);
}

/** A changed dashboard needs no approval; a changed monitor does. */
export function isDashboard(type: string): boolean {
  return MONITORING.has(type) && /dashboard|query_definition/.test(type);
}
