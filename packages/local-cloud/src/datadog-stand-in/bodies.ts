import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { refusal, shown } from "./refusal";

/** The body of a request. @throws Refusal when it is not a JSON object */
export function objectBody(body: unknown): JsonObject {
  // The server's parser returns JSON.
  const json = body as Json | undefined;
  if (!isJsonObject(json)) throw refusal("Invalid JSON: the body must be an object");
  return json;
}

/** `data.attributes` of a JSON:API body, whose type must be the given one. */
export function attributesOf(body: unknown, type: string): JsonObject {
  const { data } = objectBody(body);
  if (!isJsonObject(data)) throw refusal("'data' is a required property");
  if (data.type !== type) throw refusal(`${shown(data.type)} is not one of ['${type}']`);
  if (!isJsonObject(data.attributes)) throw refusal("'attributes' is a required property");
  return data.attributes;
}

/** Strings unchanged, other values as JSON; an empty string for an absent value. */
export function text(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The objects of a list; none when the value is no list. */
export function objectsIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** A copy without some of its properties. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
