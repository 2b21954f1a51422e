import { randomUUID } from "node:crypto";

import type { JsonObject } from "@dev-one/cli/json";
import * as z from "zod";

import { attributesOf, defined, inWordsOfJsonSchema, read, text, without } from "../bodies";
import type { Organization } from "../organization";
import { refusal } from "../refusal";
import type { Resource } from "../resource";

const service = z.strictObject({
  name: z.string().min(1),
  opsgenie_api_key: z.string().min(1),
  region: z.enum(["us", "eu", "custom"]),
  custom_url: z.url().nullish(),
});

/**
 * Opsgenie services that monitors may page. The API key is never returned, as in recorded responses.
 *
 * @see https://docs.datadoghq.com/api/latest/opsgenie-integration/
 */
export function opsgenieServices(organization: Organization): Resource {
  const type = "opsgenie-service";
  const check = ({ name, region, custom_url }: JsonObject, id?: string): void => {
    if (region === "custom" && typeof custom_url !== "string") throw refusal("'custom_url' is a required property");
    // A monitor pages `@opsgenie-<name>`, which must identify one service. The API documents 409 for this.
    const services = [...organization.of("Opsgenie service")];
    if (services.some(([other, { name: taken }]) => taken === name && other !== id)) {
      throw refusal(`A service named ${text(name)} already exists.`, 409);
    }
  };
  return {
    kind: "Opsgenie service",
    path: "/api/v2/integration/opsgenie/services",
    notFound: () => refusal("Service not found.", 404),
    create: ({ body }) => {
      const { custom_url = null, ...rest } = read(service, attributesOf(body, type), inWordsOfJsonSchema);
      const object: JsonObject = { ...rest, custom_url };
      check(object);
      return { key: randomUUID(), object };
    },
    createdStatus: 201,
    updateMethod: "PATCH",
    update: ({ body }, { key, object: known }) => {
      const changes = read(service.partial(), attributesOf(body, type), inWordsOfJsonSchema);
      const object: JsonObject = { ...known, ...defined(changes) };
      if (object.region !== "custom") object.custom_url = null;
      check(object, key);
      return { key, object };
    },
    answer: ({ key: id, object }) => ({ data: { attributes: without(object, "opsgenie_api_key"), type, id } }),
  };
}
