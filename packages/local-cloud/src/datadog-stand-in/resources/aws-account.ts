import { randomUUID } from "node:crypto";

import type { JsonObject } from "@dev-one/cli/json";
import * as z from "zod";

import { attributesOf, type Complaint, read, without } from "../bodies";
import type { Organization } from "../organization";
import { itemRefusal } from "../refusal";
import type { Keyed, Resource } from "../resource";

const list = z.array(z.string());
const flag = z.boolean().default(false);
const oneOf = (...keys: readonly string[]) =>
  z
    .record(z.string(), z.union([z.boolean(), list]))
    .refine((value) => Object.keys(value).length === 1 && keys.includes(Object.keys(value)[0] ?? ""), {
      error: `exactly one of ${keys.join(", ")} must be set`,
    });

const auth = z.union([
  z.strictObject({ role_name: z.string().min(1), external_id: z.string().min(1).optional() }),
  z.strictObject({ access_key_id: z.string().min(1), secret_access_key: z.string().min(1).optional() }),
]);

// Defaults are those of recorded responses and of the API reference.
const account = z.strictObject({
  aws_account_id: z.string().regex(/^\d{12}$/, { error: "invalid account id: it must have 12 digits" }),
  aws_partition: z.string(),
  account_tags: list.nullish().transform((tags) => tags ?? []),
  auth_config: auth,
  aws_regions: oneOf("include_all", "include_only").default({ include_all: true }),
  logs_config: z
    .strictObject({
      lambda_forwarder: z
        .strictObject({
          lambdas: list.default([]),
          sources: list.default([]),
          log_source_config: z
            .strictObject({ tag_filters: z.array(z.strictObject({ source: z.string(), tags: list })) })
            .optional(),
        })
        .prefault({}),
    })
    .prefault({}),
  metrics_config: z
    .strictObject({
      enabled: z.boolean().default(true),
      automute_enabled: z.boolean().default(true),
      collect_custom_metrics: flag,
      collect_cloudwatch_alarms: flag,
      tag_filters: z
        .array(z.strictObject({ namespace: z.string(), tags: list.nullish().transform((tags) => tags ?? []) }))
        .default([]),
      namespace_filters: oneOf("include_only", "exclude_only").default({
        exclude_only: ["AWS/SQS", "AWS/ElasticMapReduce", "AWS/Usage"],
      }),
    })
    .prefault({}),
  resources_config: z
    .strictObject({
      cloud_security_posture_management_collection: flag,
      extended_collection: z.boolean().default(true),
    })
    .prefault({}),
  traces_config: z
    .strictObject({ xray_services: oneOf("include_all", "include_only").default({ include_only: [] }) })
    .prefault({}),
});

const PARTITIONS = ["aws", "aws-cn", "aws-us-gov"];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * AWS accounts that are integrated with Datadog. Responses and errors have the form of recorded ones.
 *
 * @see https://docs.datadoghq.com/api/latest/aws-integration/
 */
export function awsAccounts(organization: Organization): Resource {
  const takenBy = (accountId: string): boolean =>
    [...organization.of("AWS account").values()].some(
      ({ attributes }) => (attributes as JsonObject).aws_account_id === accountId,
    );
  // Datadog rejects ids that it did not generate: issue 3133 of DataDog/terraform-provider-datadog.
  const checkExternalId = (given: string | undefined, own: string | undefined): string => {
    if (given === undefined) return own ?? newExternalId();
    if (given !== own && !organization.externalIds.has(given)) {
      throw itemRefusal(400, "Bad Request", "invalid External ID");
    }
    return given;
  };
  const authentication = (given: z.output<typeof auth>, known?: JsonObject): JsonObject => {
    const isRole = "role_name" in given;
    if (known !== undefined && isRole !== "role_name" in known) {
      throw itemRefusal(400, "Generic Error", "cannot switch between role and key based auth");
    }
    if (!isRole) return { access_key_id: given.access_key_id }; // the secret is never returned
    const own = typeof known?.external_id === "string" ? known.external_id : undefined;
    return { role_name: given.role_name, external_id: checkExternalId(given.external_id, own) };
  };
  const stored = (id: string, attributes: z.output<typeof account>, more: JsonObject): Keyed => ({
    key: id,
    object: { id, type: "account", attributes: { ...(attributes as unknown as JsonObject), ...more } },
  });

  return {
    kind: "AWS account",
    path: "/api/v2/integration/aws/accounts",
    keyOf: ({ id: given = "" }) => {
      const id = given.replaceAll('"', ""); // the provider sends the id in quotes
      if (UUID.test(id)) return id;
      const detail = 'invalid parameter "aws_account_config_id" in "path"; expected type "uuid"';
      throw itemRefusal(400, "Invalid Parameter", detail);
    },
    notFound: () => itemRefusal(404, "Account not found", "AWS account with provided id is not integrated"),
    create: ({ body }) => {
      const attributes = parse(attributesOf(body, "account"));
      if (takenBy(attributes.aws_account_id)) {
        throw itemRefusal(409, "Account already exists", "AWS account with provided id already exists");
      }
      const now = new Date().toISOString();
      const auth_config = authentication(attributes.auth_config);
      return stored(randomUUID(), attributes, { auth_config, created_at: now, modified_at: now });
    },
    updateMethod: "PATCH",
    update: ({ body }, { key, object: found }) => {
      const { created_at = null, ...known } = without(found.attributes as JsonObject, "modified_at");
      const attributes = parse({ ...known, ...attributesOf(body, "account") });
      const auth_config = authentication(attributes.auth_config, known.auth_config as JsonObject);
      return stored(key, attributes, { auth_config, created_at, modified_at: new Date().toISOString() });
    },
    answer: ({ object }) => ({ data: object }),
    addTo: (server) => {
      server.post("/api/v2/integration/aws/generate_new_external_id", () => {
        const id = newExternalId();
        organization.externalIds.add(id);
        return { data: { id, type: "external_id", attributes: { external_id: id } } };
      });
    },
  };
}

function parse(attributes: JsonObject): z.output<typeof account> {
  const parsed = read(account, attributes, invalidValue);
  if (!PARTITIONS.includes(parsed.aws_partition)) {
    throw invalidValue("aws_partition", `invalid partition: ${parsed.aws_partition}`);
  }
  const { cloud_security_posture_management_collection: posture, extended_collection } = parsed.resources_config;
  if (posture && !extended_collection) {
    throw invalidValue("resources_config", "cloud_security_posture_management_collection requires extended_collection");
  }
  return parsed;
}

const invalidValue: Complaint = (place, problem) =>
  itemRefusal(400, "Bad Request", "invalid value", { [place]: problem });

const newExternalId = (): string => randomUUID().replaceAll("-", "");
