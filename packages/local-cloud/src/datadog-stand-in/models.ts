// The models of Datadog's API from Datadog's official client.
import { logger } from "@datadog/datadog-api-client/dist/logger.js";
import { ObjectSerializer } from "@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js";
import { isJsonObject, type Json } from "@dev-one/cli/json";

// The client would log every unknown value; the functions below report them instead.
(logger as { setLevel(level: string): void }).setLevel("silent");

/** The first error in a body, or undefined. */
export type Finding =
  | { readonly kind: "fits" }
  /** A required property is missing, or a value is of another type. */
  | { readonly kind: "broken"; readonly message: string }
  /** A value that matches no definition, such as an unknown enum. `place` is a path of the client's property names. */
  | { readonly kind: "unknown value"; readonly place: readonly string[]; readonly value: Json }
  /** A property that the definition does not have. */
  | { readonly kind: "unknown property"; readonly place: readonly string[]; readonly property: string };

/** Parses a body as one of the client's models of API version 1, such as "Monitor". */
export function fit(body: Json, model: string): Finding {
  let parsed: Json;
  try {
    // The client's own types are `any` here.
    parsed = ObjectSerializer.deserialize(structuredClone(body), model, "") as Json;
  } catch (error) {
    return { kind: "broken", message: error instanceof Error ? error.message : String(error) };
  }
  return findUnknown(parsed, []) ?? { kind: "fits" };
}

/** The client stores unknown values as `_data`, and unknown properties as `additionalProperties`. */
function findUnknown(parsed: Json, place: readonly string[]): Finding | undefined {
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const { additionalProperties, _data, ...rest } = Array.isArray(parsed)
    ? Object.fromEntries(parsed.entries())
    : parsed;
  if (_data !== undefined) return { kind: "unknown value", place, value: _data };
  const [property] = isJsonObject(additionalProperties) ? Object.keys(additionalProperties) : [];
  if (property !== undefined) return { kind: "unknown property", place, property };
  for (const [key, value] of Object.entries(rest)) {
    const found = findUnknown(value, [...place, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
