import { randomUUID } from "node:crypto";

import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";

import { text } from "../bodies";
import type { Organization } from "../organization";
import { itemRefusal, type Refusal } from "../refusal";
import { jsonApi, type Resource } from "../resource";
import namespaces from "./namespaces.json";

/**
 * CloudWatch namespaces in the order of the API's own list, as recorded in
 * https://github.com/DataDog/datadog-api-client-python/blob/ce27d73ae1033e42bdbe9534d110009be9bfa037/tests/v2/cassettes/test_scenarios/test_list_available_namespaces_returns_aws_namespaces_list_object_response.yaml.
 * Lists of an account are returned in another order than they were sent: issues 2912 and 3887 of DataDog/terraform-provider-datadog (read 2026-12-01).
 */
const NAMESPACES: readonly string[] = namespaces;

/** Defaults of recorded responses and of the API reference. */
const DEFAULTS: JsonObject = {
  account_tags: [],
  aws_regions: { include_all: true },
  logs_config: { lambda_forwarder: { lambdas: [], sources: [] } },
  metrics_config: {
    enabled: true,
    automute_enabled: true,
    collect_custom_metrics: false,
    collect_cloudwatch_alarms: false,
    tag_filters: [],
    // Provider 4.x sends and reads them: pull request 3945 of DataDog/terraform-provider-datadog (2026-07-08).
    metric_name_filters: [],
    namespace_filters: { exclude_only: ["AWS/SQS", "AWS/ElasticMapReduce", "AWS/Usage"] },
  },
  resources_config: { cloud_security_posture_management_collection: false, extended_collection: true },
  traces_config: { xray_services: { include_only: [] } },
};

/**
 * AWS accounts that are integrated with Datadog, by role. Responses and errors have the form of recorded ones.
 *
 * @see https://docs.datadoghq.com/api/latest/aws-integration/
 */
export function awsAccounts(organization: Organization): Resource {
  /** Datadog rejects external ids that it did not generate: issue 3133 of DataDog/terraform-provider-datadog. */
  const authentication = (given: JsonObject, known: JsonObject = {}): JsonObject => {
    const { role_name = null, external_id = newExternalId() } = { ...known, ...given };
    const isOwn = given.external_id === undefined || external_id === known.external_id;
    if (!isOwn && !organization.externalIds.has(text(external_id))) {
      throw itemRefusal(400, "Bad Request", "invalid External ID");
    }
    return { role_name, external_id };
  };

  return jsonApi({
    type: "account",
    kind: "AWS account",
    path: "/api/v2/integration/aws/accounts",
    keyOf: ({ id = "" }) => id.replaceAll('"', ""), // the provider sends the id in quotes
    notFound: () => itemRefusal(404, "Account not found", "AWS account with provided id is not integrated"),
    newKey: () => randomUUID(),
    attributes: (given, known, id) => {
      const account = withDefaults({ ...known, ...given });
      check(account);
      orderNamespaces(given);
      const others = [...organization.of("AWS account")].filter(([other]) => other !== id);
      if (others.some(([, other]) => objectAt(other, "attributes")?.aws_account_id === account.aws_account_id)) {
        throw itemRefusal(409, "Account already exists", "AWS account with provided id already exists");
      }
      const auth_config = authentication(objectAt(account, "auth_config") ?? {}, objectAt(known ?? {}, "auth_config"));
      return { ...account, auth_config };
    },
    addTo: (server) => {
      server.post("/api/v2/integration/aws/generate_new_external_id", () => {
        const id = newExternalId();
        organization.externalIds.add(id);
        return { data: { id, type: "external_id", attributes: { external_id: id } } };
      });
    },
  });
}

/** The settings within a `..._config` have defaults of their own; other settings are replaced as a whole. */
function withDefaults(given: JsonObject): JsonObject {
  const account = { ...DEFAULTS, ...given };
  for (const [name, value] of Object.entries(account)) {
    if (name.endsWith("_config") && isJsonObject(value)) account[name] = { ...objectAt(DEFAULTS, name), ...value };
  }
  return account;
}

/** Puts the namespaces of a request into the API's order. @throws Refusal with those that Datadog does not know: issue 3961 of the provider */
function orderNamespaces(given: JsonObject): void {
  const filters = objectAt(objectAt(given, "metrics_config") ?? {}, "namespace_filters") ?? {};
  for (const [name, value] of Object.entries(filters)) {
    if (!Array.isArray(value)) continue;
    const names = value.map(text);
    const unknown = names.filter((each) => !NAMESPACES.includes(each));
    if (unknown.length > 0) {
      throw invalidValue(`metrics_config.namespace_filters.${name}`, `invalid namespaces: [${unknown.join(" ")}]`);
    }
    filters[name] = names.sort((one, other) => NAMESPACES.indexOf(one) - NAMESPACES.indexOf(other));
  }
}

function check({ aws_account_id, resources_config }: JsonObject): void {
  if (!/^\d{12}$/.test(text(aws_account_id))) {
    throw invalidValue("aws_account_id", "invalid account id: it must have 12 digits");
  }
  const resources = resources_config as JsonObject;
  if (resources.cloud_security_posture_management_collection === true && resources.extended_collection === false) {
    throw invalidValue("resources_config", "cloud_security_posture_management_collection requires extended_collection");
  }
}

const invalidValue = (place: string, problem: string): Refusal =>
  itemRefusal(400, "Bad Request", "invalid value", { [place]: problem });

const newExternalId = (): string => randomUUID().replaceAll("-", "");
