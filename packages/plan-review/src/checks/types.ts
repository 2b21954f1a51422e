// Facts about resource types.
import type { Danger } from "../finding";

/**
 * Types whose destruction loses data that no apply restores, and that data, after the delete operations in AWS's API references.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DeleteHostedZone.html
 */
const DATA: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "a database": `
      aws_db_instance aws_docdb_cluster aws_docdb_global_cluster aws_docdbelastic_cluster aws_dsql_cluster
      aws_finspace_kx_database aws_lightsail_database aws_memorydb_cluster aws_memorydb_multi_region_cluster
      aws_neptune_cluster aws_neptune_global_cluster aws_neptunegraph_graph aws_rds_cluster aws_rds_global_cluster
      aws_rds_shard_group aws_redshift_cluster aws_redshiftserverless_namespace aws_timestreaminfluxdb_db_cluster
      aws_timestreaminfluxdb_db_instance`,
    "a backup": `
      aws_db_cluster_snapshot aws_db_snapshot aws_db_snapshot_copy aws_docdb_cluster_snapshot aws_ebs_snapshot
      aws_ebs_snapshot_copy aws_ebs_snapshot_import aws_fsx_backup aws_fsx_openzfs_snapshot aws_memorydb_snapshot
      aws_neptune_cluster_snapshot aws_rds_cluster_snapshot_copy aws_redshift_cluster_snapshot
      aws_redshiftserverless_snapshot`,
    "a volume": `
      aws_ebs_volume aws_finspace_kx_volume aws_lightsail_disk aws_storagegateway_cached_iscsi_volume
      aws_storagegateway_stored_iscsi_volume`,
    files: `
      aws_cloud9_environment_ec2 aws_efs_file_system aws_fsx_lustre_file_system aws_fsx_ontap_file_system
      aws_fsx_ontap_volume aws_fsx_openzfs_file_system aws_fsx_openzfs_volume aws_fsx_windows_file_system
      aws_sagemaker_space`,
    "a cache": `
      aws_dax_cluster aws_elasticache_cluster aws_elasticache_global_replication_group
      aws_elasticache_replication_group aws_elasticache_serverless_cache aws_fsx_file_cache`,
    "a key, and all that it encrypts": `
      aws_kms_external_key aws_kms_key aws_kms_replica_external_key aws_kms_replica_key aws_paymentcryptography_key`,
    messages: "aws_mq_broker aws_msk_cluster aws_msk_serverless_cluster aws_sqs_queue",
    objects: `
      aws_lightsail_bucket aws_media_store_container aws_s3_bucket aws_s3_directory_bucket aws_s3control_bucket`,
    "a table": `
      aws_dynamodb_global_table aws_dynamodb_table aws_dynamodb_table_replica aws_keyspaces_table aws_s3tables_table
      aws_timestreamwrite_table`,
    "all that is in it": `
      aws_cloudformation_stack aws_cloudformation_stack_instances aws_cloudformation_stack_set_instance
      aws_serverlessapplicationrepository_cloudformation_stack`,
    tables: "aws_keyspaces_keyspace aws_s3tables_namespace aws_s3tables_table_bucket aws_timestreamwrite_database",
    "an index": `
      aws_cloudsearch_domain aws_elasticsearch_domain aws_kendra_index aws_opensearch_domain
      aws_opensearchserverless_collection`,
    "an object": "aws_s3_bucket_object aws_s3_object aws_s3_object_copy",
    "a repository": "aws_codecatalyst_source_repository aws_codecommit_repository",
    "a trained model": `
      aws_bedrock_custom_model aws_comprehend_document_classifier aws_comprehend_entity_recognizer
      aws_transcribe_language_model`,
    "an image": "aws_ami aws_ami_copy aws_ami_from_instance aws_imagebuilder_image",
    logs: `
      aws_cloudtrail_event_data_store aws_cloudwatch_log_group aws_cloudwatch_log_stream aws_securitylake_data_lake`,
    "a secret": "aws_secretsmanager_secret",
    backups: "aws_backup_logically_air_gapped_vault aws_backup_vault",
    databases: "aws_odb_cloud_autonomous_vm_cluster aws_odb_cloud_exadata_infrastructure aws_odb_cloud_vm_cluster",
    images: "aws_ecr_repository aws_ecrpublic_repository",
    "a phone number": "aws_connect_phone_number aws_pinpointsmsvoicev2_phone_number",
    "a value": "aws_cloudfrontkeyvaluestore_key aws_ssm_parameter",
    "a zone: its records, and the name servers in its delegation": `
      aws_route53_zone aws_service_discovery_public_dns_namespace`,
    events: "aws_cloudwatch_event_archive aws_detective_graph",
    "its volumes": "aws_fsx_ontap_storage_virtual_machine aws_lightsail_instance aws_workspaces_workspace",
    "static IP addresses": "aws_globalaccelerator_accelerator aws_globalaccelerator_custom_routing_accelerator",
    "a certificate authority, and all that it signs": "aws_acmpca_certificate_authority",
    "a delegation set of name servers": "aws_route53_delegation_set",
    "a domain name": "aws_route53domains_domain",
    "its secret": "random_password tls_private_key",
    "keys, and all that they encrypt": "aws_cloudhsm_v2_cluster",
    metrics: "aws_prometheus_workspace",
    records: "aws_kinesis_stream aws_sagemaker_feature_group",
    "a directory and its users": "aws_directory_service_directory",
    "a static IP address": "aws_lightsail_static_ip",
    users: "aws_cognito_identity_pool aws_cognito_user aws_cognito_user_pool",
    "what it stores": `
      aws_auditmanager_assessment aws_bedrockagentcore_memory aws_cloudfront_key_value_store aws_codeartifact_domain
      aws_codeartifact_repository aws_codecatalyst_project aws_connect_instance aws_customerprofiles_domain
      aws_dataexchange_data_set aws_datazone_domain aws_dynamodb_table_item aws_glacier_vault aws_grafana_workspace
      aws_kinesis_video_stream aws_location_geofence_collection aws_location_tracker aws_pinpoint_app aws_qldb_ledger
      aws_quicksight_account_subscription aws_rekognition_collection aws_rekognition_project aws_s3vectors_index
      aws_s3vectors_vector_bucket aws_sagemaker_domain aws_sagemaker_mlflow_tracking_server
      aws_sagemaker_notebook_instance aws_service_discovery_private_dns_namespace aws_sesv2_contact_list`,
  }).flatMap(([data, types]) =>
    types
      .trim()
      .split(/\s+/)
      .map((type) => [type, data] as const),
  ),
);

/** Words in the name of an undescribed type of AWS that holds data. */
const HOLDS_DATA =
  /^aws_(\w+_)?(db|databases?|bucket|volume|disk|storage|file_?system|share|snapshot|backup|table|vault|repository|ledger|dataset|data_?store|warehouse|keyspace|collection|kafka|redis|valkey|elasticsearch|opensearch)(_|$)/;

/** Words in the name of an undescribed type of AWS that may hold data. */
const SOUNDS_LIKE_DATA =
  /^aws_(\w+_)?(queue|stream|topic|cluster|registry|index|cache|store|secret|key|instance|domain|zone)(_|$)/;

/** Words in the name of a type that configures one with data. */
const ABOUT_DATA =
  /_(policy|policies|attachment|association|notification|configuration|config|acl|acls|alias|parameter_group|parameters?|settings?|subnet_group|option_group|versioning|block|block_public_access(_configuration)?|controls|rules?|target|target_group|version|lock|metric|logging|replication|grants?|permissions?|member|binding|endpoint|schedule|profile|key_pair|cors|ownership|proxy|users?|roles?|access_point|access_key|api_key|mount_target|plan|selection|subscription|framework|event|alert|inventory|membership|peering|allow_?list|ip_access_list|project_ip_access_list|firewall|certificate|cert|credentials?|service_account|connection|link|custom_domain|website|deployment|webhook|deploy_key|collaborators?|maintenance_window|monitor|dashboard)(_v\d+)?$|route_?table|routing_table|_route_|(^|_)(role|user|access|policy)_/;

/** Providers whose resources the checks know; of another one, every change but one of tags needs approval. */
export const isKnownProvider = (type: string): boolean => /^(aws|datadog|random|time|tls)_/.test(type);

/** The data that is lost with a resource of this type; undefined where there is none. */
export const dataOf = (type: string): string | undefined => DATA.get(type);

/** Whether the name of an undescribed type says that it holds data. */
export const holdsData = (type: string): boolean => !DATA.has(type) && HOLDS_DATA.test(type) && !ABOUT_DATA.test(type);

/** Whether the name of an undescribed type suggests that it may hold data. */
export const soundsLikeData = (type: string): boolean =>
  !DATA.has(type) && SOUNDS_LIKE_DATA.test(type) && !ABOUT_DATA.test(type);

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
const MONITORING =
  /^aws_cloudwatch_(dashboard|log_group|log_metric_filter|query_definition)$|^datadog_(dashboard|monitor)(_json)?$|^datadog_(logs_metric|service_level_objective)$/;

/** Whether creating a resource of this type has no effect on others. */
export const isMonitoringOnly = (type: string): boolean => MONITORING.test(type);

/** A changed dashboard needs no approval; a changed monitor does. */
export const isDashboard = (type: string): boolean => isMonitoringOnly(type) && /dashboard|query_definition/.test(type);
