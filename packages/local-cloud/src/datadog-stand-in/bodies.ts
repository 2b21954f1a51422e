import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import type * as z from "zod";

import { type Refusal, refusal, shown } from "./refusal";

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

/** How an endpoint formats an error at a path of the body, such as "schedule.start". */
export type Complaint = (place: string, problem: string) => Refusal;

/** Messages of JSON Schema, as returned by Datadog's Python services. */
export const inWordsOfJsonSchema: Complaint = (_place, problem) => refusal(problem);

/** Parses a body with a schema. @throws Refusal with the first error */
export function read<T>(schema: z.ZodType<T>, body: Json, complain: Complaint): T {
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw issue === undefined ? complain("", "invalid") : complain(issue.path.join("."), problemOf(issue));
}

function problemOf(issue: z.core.$ZodIssue): string {
  const value = issue.input as Json | undefined;
  const last = String(issue.path.at(-1) ?? "");
  switch (issue.code) {
    case "unrecognized_keys":
      return `Additional properties are not allowed ('${issue.keys.join("', '")}' was unexpected)`;
    case "invalid_value":
      if (value === undefined) return `'${last}' is a required property`;
      return `${shown(value)} is not one of [${issue.values.map((each) => `'${String(each)}'`).join(", ")}]`;
    case "invalid_type":
      if (value === undefined) return `'${last}' is a required property`;
      return `${shown(value)} is not of type '${issue.expected}'`;
    default:
      return issue.message;
  }
}

/** Strings unchanged, other values as JSON; an empty string for an absent value. */
export function text(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A copy without some of its properties. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** The parsed fields, without optional fields that are absent. */
export function defined(value: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as JsonObject;
}

/** RFC 3339 as Python's `isoformat` writes it. */
export function timestamp(date: Date): string {
  return date.toISOString().replace("Z", "000+00:00");
}
