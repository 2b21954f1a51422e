// Datadog's own description of its API, as its official client carries it.
import { logger } from "@datadog/datadog-api-client/dist/logger.js";
import { ObjectSerializer } from "@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js";
import { isJsonObject, type Json } from "@dev-one/cli/json";

// It would report every unknown value on the console; here they are found below.
(logger as { setLevel(level: string): void }).setLevel("silent");

/** What is wrong with a body, or nothing. */
export type Finding =
  | { readonly kind: "fits" }
  /** A required property is missing, or a value is of another type. */
  | { readonly kind: "broken"; readonly message: string }
  /** A value that no definition describes, such as an unknown enum. `place` is made of the client's property names. */
  | { readonly kind: "unknown value"; readonly place: readonly string[]; readonly value: Json }
  /** A property that the definition does not have. */
  | { readonly kind: "unknown property"; readonly place: readonly string[]; readonly property: string };

/** Reads a body as one of the client's models of API version 1, such as "Monitor". */
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

/** The client keeps what it does not know as `_data`, and properties that it does not know as `additionalProperties`. */
function findUnknown(parsed: Json, place: readonly string[]): Finding | undefined {
  if (Array.isArray(parsed)) {
    return first(parsed.map((each, index) => () => findUnknown(each, [...place, String(index)])));
  }
  if (!isJsonObject(parsed)) return undefined;
  if (parsed._data !== undefined) return { kind: "unknown value", place, value: parsed._data };
  const { additionalProperties, ...rest } = parsed;
  const [property] = isJsonObject(additionalProperties) ? Object.keys(additionalProperties) : [];
  if (property !== undefined) return { kind: "unknown property", place, property };
  return first(
    Object.entries(rest).map(
      ([key, value]) =>
        () =>
          findUnknown(value, [...place, key]),
    ),
  );
}

function first(searches: readonly (() => Finding | undefined)[]): Finding | undefined {
  for (const search of searches) {
    const found = search();
    if (found !== undefined) return found;
  }
  return undefined;
}
