// Production that resembles staging, and data of undescribed resource types.
import type { JsonObject } from "@dev-one/cli/json";

import { database, type NamedPlan } from "./builders";
import { destroy, plan, unchanged, update } from "./plans";

const untold = { configuration: {} };
const tagged = unchanged("aws_vpc.v", { id: "vpc-1", tags: { env: "staging" } });
const stagingProvider = { default_tags: [{ tags: { constant_value: { env: "staging" } } }] };

function configuration(providers: JsonObject, resources: readonly JsonObject[] = []): JsonObject {
  return { configuration: { provider_config: providers, root_module: { resources: [...resources] } } };
}

export const obfuscated: readonly NamedPlan[] = [
  [
    "one resource with the tag staging among others",
    plan([tagged, destroy("aws_db_instance.db", database)], "x", untold),
  ],
  [
    "a second provider without tags of staging",
    plan(
      [tagged, destroy("aws_db_instance.db", database)],
      "x",
      configuration(
        {
          aws: { name: "aws", expressions: stagingProvider },
          "aws.other": { name: "aws", alias: "other", expressions: {} },
        },
        [{ address: "aws_db_instance.db", provider_config_key: "aws.other", expressions: {} }],
      ),
    ),
  ],
  [
    "a variable with the value production",
    plan([destroy("aws_db_instance.db", database)], "staging", { variables: { environment: { value: "production" } } }),
  ],
  ...["aws_s3tables_table_bucket", "aws_dsql_cluster"].map((type): NamedPlan => [
    `data of a type that is called ${type}`,
    plan([destroy(`${type}.x`)]),
  ]),
  ...[
    "aws_prometheus_workspace",
    "aws_rds_shard_group",
    "aws_docdb_global_cluster",
    "aws_memorydb_multi_region_cluster",
    "aws_cloudhsm_v2_cluster",
    "aws_kms_replica_external_key",
    "aws_acmpca_certificate_authority",
    "aws_cloudwatch_event_archive",
    "aws_cloudwatch_log_stream",
    "aws_securitylake_data_lake",
    "aws_directory_service_directory",
    "aws_cloudformation_stack",
    "aws_lightsail_static_ip",
    "aws_globalaccelerator_accelerator",
    "aws_route53_delegation_set",
    "aws_service_discovery_public_dns_namespace",
    "aws_ami_copy",
    "aws_sagemaker_space",
  ].map((type): NamedPlan => [`${type}, whose name does not tell what it holds`, plan([destroy(`${type}.x`)])]),
  [
    "a deposed object is destroyed, and the database loses its protection",
    plan(
      [
        destroy("aws_db_instance.db", database, { more: { deposed: "abcd1234" } }),
        update("aws_db_instance.db", database, { deletion_protection: false }),
      ],
      "staging",
    ),
  ],
];
