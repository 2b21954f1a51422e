import { randomUUID } from "node:crypto";

import { type JsonObject, objectAt } from "@dev-one/cli/json";

import { text, without } from "../bodies";
import type { Organization } from "../organization";
import { refusal } from "../refusal";
import { jsonApi, type Resource } from "../resource";

/**
 * Opsgenie services that monitors may page. The API key is never returned, as in recorded responses, and is not stored here.
 *
 * @see https://docs.datadoghq.com/api/latest/opsgenie-integration/
 */
export function opsgenieServices(organization: Organization): Resource {
  return jsonApi({
    type: "opsgenie-service",
    kind: "Opsgenie service",
    path: "/api/v2/integration/opsgenie/services",
    notFound: () => refusal("Service not found.", 404),
    createdStatus: 201,
    newKey: () => randomUUID(),
    attributes: (given, known, id) => {
      const service: JsonObject = { custom_url: null, ...known, ...without(given, "opsgenie_api_key") };
      const { name, region, custom_url } = service;
      if (region === "custom" && custom_url === null) throw refusal("'custom_url' is a required property");
      // A monitor pages `@opsgenie-<name>`, which must identify one service. The API documents 409 for this.
      const services = [...organization.of("Opsgenie service")];
      if (services.some(([other, object]) => other !== id && objectAt(object, "attributes")?.name === name)) {
        throw refusal(`A service named ${text(name)} already exists.`, 409);
      }
      return service;
    },
  });
}
