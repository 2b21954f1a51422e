import type { Json, JsonObject } from "@dev-one/cli/json";
import type { FastifyInstance, FastifyRequest } from "fastify";

import type { Kind, Organization } from "./organization";
import type { Refusal } from "./refusal";

/** A request, with the parameters of its path. */
export type ApiRequest = FastifyRequest<{ Params: Record<string, string>; Querystring: Record<string, string> }>;

/** An object, with its key in the organization. */
export interface Keyed {
  readonly key: string;
  readonly object: JsonObject;
}

/** The endpoints that create, read, update and delete objects of one kind. */
export interface Resource {
  readonly kind: Kind;
  /** Path of a creation; that of an object is `<path>/:id`. */
  readonly path: string;
  /** Key of the object that a path names. @default `:id` @throws Refusal when it is none */
  readonly keyOf?: (params: Readonly<Record<string, string>>) => string;
  /** The error for an unknown object. */
  readonly notFound: (key: string, request: ApiRequest) => Refusal;
  readonly create: (request: ApiRequest) => Keyed;
  /** Status of a creation. @default 200 */
  readonly createdStatus?: number;
  readonly updateMethod: "PUT" | "PATCH";
  readonly update: (request: ApiRequest, known: Keyed) => Keyed;
  /** @throws Refusal when the object is in use */
  readonly checkDelete?: (key: string, request: ApiRequest) => void;
  /** Response to a deletion. @default 204 without a body */
  readonly deleted?: (key: string) => JsonObject;
  /** Response with one object. @default the object */
  readonly answer?: (one: Keyed, operation: "create" | "read" | "update") => Json;
  /** Further endpoints. */
  readonly addTo?: (server: FastifyInstance) => void;
}

/** Adds the endpoints of a resource to the API. */
export function serve(server: FastifyInstance, organization: Organization, resource: Resource): void {
  const objects = organization.of(resource.kind);
  const { path, keyOf = ({ id = "" }) => id, answer = ({ object }: Keyed) => object, deleted } = resource;
  const find = (request: ApiRequest): Keyed => {
    const key = keyOf(request.params);
    const object = objects.get(key);
    if (object === undefined) throw resource.notFound(key, request);
    return { key, object };
  };

  resource.addTo?.(server);
  server.post(path, (request: ApiRequest, reply) => {
    const made = resource.create(request);
    objects.set(made.key, made.object);
    return reply.code(resource.createdStatus ?? 200).send(answer(made, "create"));
  });
  server.get(`${path}/:id`, (request: ApiRequest) => answer(find(request), "read"));
  server.route({
    method: resource.updateMethod,
    url: `${path}/:id`,
    handler: (request: ApiRequest) => {
      const known = find(request);
      const changed = resource.update(request, known);
      if (changed.key !== known.key) objects.delete(known.key);
      objects.set(changed.key, changed.object);
      return answer(changed, "update");
    },
  });
  server.delete(`${path}/:id`, (request: ApiRequest, reply) => {
    const { key } = find(request);
    resource.checkDelete?.(key, request);
    objects.delete(key);
    return deleted === undefined ? reply.code(204).send() : deleted(key);
  });
}
