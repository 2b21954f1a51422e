import { randomUUID } from "node:crypto";

import type { JsonObject } from "@dev-one/cli/json";
import type { FastifyInstance } from "fastify";
import * as z from "zod";

import { attributesOf, defined, inWordsOfJsonSchema, read, text, without } from "../bodies";
import type { Organization } from "../organization";
import { refusal } from "../refusal";

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
export function opsgenieServices(server: FastifyInstance, organization: Organization): void {
  const services = organization.of("Opsgenie service");
  const base = "/api/v2/integration/opsgenie/services";
  const type = "opsgenie-service";
  const shownService = (id: string, found: JsonObject): JsonObject => ({
    data: { attributes: without(found, "opsgenie_api_key"), type, id },
  });
  const one = (params: unknown): { id: string; found: JsonObject } => {
    const { id } = params as { id: string };
    const found = services.get(id);
    if (found === undefined) throw refusal("Service not found.", 404);
    return { id, found };
  };
  const check = ({ name, region, custom_url }: JsonObject, id?: string): void => {
    if (region === "custom" && typeof custom_url !== "string") throw refusal("'custom_url' is a required property");
    // A monitor pages `@opsgenie-<name>`, which must identify one service. The API documents 409 for this.
    if ([...services].some(([other, { name: taken }]) => taken === name && other !== id)) {
      throw refusal(`A service named ${text(name)} already exists.`, 409);
    }
  };

  server.get(base, () => ({ data: [...services].map(([id, found]) => shownService(id, found).data) }));

  server.post(base, ({ body }, reply) => {
    const { custom_url = null, ...rest } = read(service, attributesOf(body, type), inWordsOfJsonSchema);
    const made: JsonObject = { ...rest, custom_url };
    check(made);
    const id = randomUUID();
    services.set(id, made);
    return reply.code(201).send(shownService(id, made));
  });

  server.get(`${base}/:id`, ({ params }) => {
    const { id, found } = one(params);
    return shownService(id, found);
  });

  server.patch(`${base}/:id`, ({ params, body }) => {
    const { id, found } = one(params);
    const changes = read(service.partial(), attributesOf(body, type), inWordsOfJsonSchema);
    const changed: JsonObject = { ...found, ...defined(changes) };
    if (changed.region !== "custom") changed.custom_url = null;
    check(changed, id);
    services.set(id, changed);
    return shownService(id, changed);
  });

  server.delete(`${base}/:id`, ({ params }, reply) => {
    services.delete(one(params).id);
    return reply.code(204).send();
  });
}
