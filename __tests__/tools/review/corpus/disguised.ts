// Production that looks like staging, and data of a type that nobody has described.
import type { JsonObject } from "../../../../tools/json";
import { destroy, plan, replace, unchanged, update } from "../support/plans";
import { database, type NamedPlan } from "./builders";

const AZURE = { more: { provider_name: "registry.terraform.io/hashicorp/azurerm" } };
const untold = { configuration: {} };
const tagged = unchanged("aws_vpc.v", { id: "vpc-1", tags: { env: "staging" } });
const stagingProvider = { default_tags: [{ tags: { constant_value: { env: "staging" } } }] };

function configuration(providers: JsonObject, resources: readonly JsonObject[] = []): JsonObject {
  return { configuration: { provider_config: providers, root_module: { resources: [...resources] } } };
}

export const disguised: readonly NamedPlan[] = [
  ["one tag makes nothing of it staging", plan([tagged, destroy("aws_db_instance.db", database)], "x", untold)],
  [
    "a second provider, of which nobody says staging",
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
    "a provider of another cloud, of which nobody says staging",
    plan([destroy("azurerm_mssql_database.d", {}, AZURE)], "staging"),
  ],
  [
    "a database that is called production",
    plan([destroy("aws_db_instance.db", { ...database, identifier: "orders-production" })], "staging"),
  ],
  [
    "a database of production's account",
    plan([destroy("aws_db_instance.db", { ...database, arn: "arn:aws:rds:us-east-1:444455556666:db:x" })], "staging"),
  ],
  [
    "a tag of another name says production",
    plan([destroy("aws_db_instance.db", { ...database, tags: { Environment: "prod" } })], "staging"),
  ],
  ["a module that is called production", plan([destroy("module.production.aws_db_instance.db", database)], "staging")],
  [
    "a variable says production",
    plan([destroy("aws_db_instance.db", database)], "staging", { variables: { environment: { value: "production" } } }),
  ],
  ...[
    "mongodbatlas_advanced_cluster",
    "digitalocean_database_cluster",
    "cloudflare_r2_bucket",
    "acme_object_storage",
    "postgresql_database",
    "azurerm_resource_group",
    "google_bigtable_table",
    "kubernetes_persistent_volume_claim_v1",
    "snowflake_table",
    "hcloud_volume",
    "aws_s3tables_table_bucket",
    "aws_dsql_cluster",
  ].map((type): NamedPlan => [`data of a type that is called ${type}`, plan([destroy(`${type}.x`)])]),
  ["an object storage of an unknown provider is replaced", plan([replace("acme_object_storage.w", {}, { a: 1 })])],
  [
    "what is left over is destroyed, and the database with it is unprotected",
    plan(
      [
        destroy("aws_db_instance.db", database, { more: { deposed: "abcd1234" } }),
        update("aws_db_instance.db", database, { deletion_protection: false }),
      ],
      "staging",
    ),
  ],
];
