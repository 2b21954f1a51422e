import type { Json, JsonObject } from "@dev-one/cli/json";
import type { FastifyInstance, FastifyRequest } from "fastify";

import { attributesOf, objectBody } from "./bodies";
import type { Kind, Organization } from "./organization";
import type { Refusal } from "./refusal";

/** A request, with the parameters of its path. */
export type ApiRequest = FastifyRequest<{ Params: Record<string, string>; Querystring: Record<string, string> }>;

/** An object, with its key in the organization. */
export interface Keyed {
  readonly key: string;
  readonly object: JsonObject;
}

interface Endpoints {
  readonly kind: Kind;
  /** Path of a creation; that of an object is `<path>/:id`. */
  readonly path: string;
  /** Key of the object that a path names. @default `:id` @throws Refusal when it is none */
  readonly keyOf?: (params: Readonly<Record<string, string>>) => string;
  /** The error for an unknown object. */
  readonly notFound: (key: string, request: ApiRequest) => Refusal;
  /** Status of a creation. @default 200 */
  readonly createdStatus?: number;
  /** Further endpoints. */
  readonly addTo?: (server: FastifyInstance) => void;
}

/** The endpoints that create, read, update and delete objects of one kind. */
export interface Resource extends Endpoints {
  readonly updateMethod: "PUT" | "PATCH";
  /** The object to store: a new one, or the known one with the changes of the request. @throws Refusal */
  readonly store: (request: ApiRequest, known?: Keyed) => Keyed;
  /** @throws Refusal when the object is in use */
  readonly checkDelete?: (key: string) => void;
  /** Response to a deletion. @default 204 without a body */
  readonly deleted?: (key: string) => JsonObject;
  /** Response with one object. @default the object */
  readonly answer?: (object: JsonObject, operation: "create" | "read" | "update") => Json;
}

/** A resource of version 2 of the API, whose bodies have the form of JSON:API. */
export interface JsonApiResource extends Endpoints {
  readonly type: string;
  /** Key of a new object, from `data` of the body. */
  readonly newKey: (data: JsonObject) => string;
  /** The attributes to store, from those of the body and the known ones. @throws Refusal */
  readonly attributes: (given: JsonObject, known: JsonObject | undefined, key: string) => JsonObject;
}

export function jsonApi({ type, newKey, attributes, ...endpoints }: JsonApiResource): Resource {
  return {
    ...endpoints,
    updateMethod: "PATCH",
    store: ({ body }, known) => {
      const given = attributesOf(body, type);
      const key = known?.key ?? newKey(objectBody(body).data as JsonObject);
      const stored = attributes(given, known?.object.attributes as JsonObject | undefined, key);
      return { key, object: { id: key, type, attributes: stored } };
    },
    answer: (data) => ({ data }),
  };
}

/** Adds the endpoints of a resource to the API. */
export function serve(server: FastifyInstance, organization: Organization, resource: Resource): void {
  const objects = organization.of(resource.kind);
  const { path, keyOf = ({ id = "" }) => id, answer = (object: JsonObject) => object, deleted } = resource;
  const find = (request: ApiRequest): Keyed => {
    const key = keyOf(request.params);
    const object = objects.get(key);
    if (object === undefined) throw resource.notFound(key, request);
    return { key, object };
  };

  resource.addTo?.(server);
  server.post(path, (request: ApiRequest, reply) => {
    const { key, object } = resource.store(request);
    objects.set(key, object);
    return reply.code(resource.createdStatus ?? 200).send(answer(object, "create"));
  });
  server.get(`${path}/:id`, (request: ApiRequest) => answer(find(request).object, "read"));
  server.route({
    method: resource.updateMethod,
    url: `${path}/:id`,
    handler: (request: ApiRequest) => {
      const known = find(request);
      const { key, object } = resource.store(request, known);
      objects.delete(known.key); // a new name may be a new key
      objects.set(key, object);
      return answer(object, "update");
    },
  });
  server.delete(`${path}/:id`, (request: ApiRequest, reply) => {
    const { key } = find(request);
    if (request.query.force !== "true") resource.checkDelete?.(key);
    objects.delete(key);
    return deleted === undefined ? reply.code(204).send() : deleted(key);
  });
}
