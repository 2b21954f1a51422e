import { readFileSync, writeFileSync } from "node:fs";

import { UserError } from "./user-error";

export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at a path of keys, or undefined when a part of the path is missing or is not an object. */
export function objectAt(json: JsonObject, ...path: string[]): JsonObject | undefined {
  let value: JsonObject = json;
  for (const key of path) {
    const next = value[key];
    if (!isJsonObject(next)) return undefined;
    value = next;
  }
  return value;
}

/** Reads a file that holds one JSON object. @throws UserError when it is missing or holds something else */
export function readJsonFile(file: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UserError(`${file} cannot be read.`);
  }
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new UserError(`${file} is not JSON.`);
  }
  if (!isJsonObject(value)) throw new UserError(`${file} does not hold a JSON object.`);
  return value;
}

/** Writes JSON with an indent of two and a newline at the end. */
export function writeJsonFile(file: string, json: JsonObject): void {
  writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`);
}
