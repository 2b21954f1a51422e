// The models of Datadog's API from Datadog's official client.
import { logger } from "@datadog/datadog-api-client/dist/logger.js";
import { ObjectSerializer } from "@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js";
import { isJsonObject, type Json } from "@dev-one/cli/json";

import { shown } from "./refusal";

// The client would log every unknown value; the function below reports them instead.
(logger as { setLevel(level: string): void }).setLevel("silent");

/** What is wrong with a body. */
export interface Problem {
  /** `form`: a required property is missing, or a value is of another type. `value`: it matches no definition, such as an unknown enum. */
  readonly kind: "form" | "value" | "property";
  /** Names of the API from the body to the value, such as "options.on_missing_data". */
  readonly place: string;
  /** In the words of JSON Schema, as Datadog's Python services return it. */
  readonly text: string;
}

/** The first problem of a body as one of the client's models of API version 1, such as "Monitor". */
export function problemOf(body: Json, model: string): Problem | undefined {
  try {
    // The client's own types are `any` here.
    return findUnknown(ObjectSerializer.deserialize(structuredClone(body), model, "") as Json, []);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const missing = /^missing required property '(.*)'$/.exec(message)?.[1];
    const text = missing === undefined ? message : `'${apiName(missing)}' is a required property`;
    return { kind: "form", place: "", text };
  }
}

/** The client stores unknown values as `_data`, and unknown properties as `additionalProperties`. */
function findUnknown(parsed: Json, path: readonly string[]): Problem | undefined {
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const { additionalProperties, _data, ...rest } = Array.isArray(parsed)
    ? Object.fromEntries(parsed.entries())
    : parsed;
  const place = path.map(apiName).join(".");
  if (_data !== undefined) {
    return { kind: "value", place, text: `${shown(_data)} is not valid under any of the given schemas` };
  }
  const [property] = isJsonObject(additionalProperties) ? Object.keys(additionalProperties) : [];
  if (property !== undefined) {
    const text = `Additional properties are not allowed ('${property}' was unexpected)`;
    return { kind: "property", place, text };
  }
  for (const [key, value] of Object.entries(rest)) {
    const found = findUnknown(value, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

const apiName = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
