import type { Json, JsonObject } from "@dev-one/cli/json";

/** An error response of the API. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    /** HTTP status. */
    readonly status: number,
    readonly body: JsonObject,
  ) {
    super(JSON.stringify(body));
  }
}

/** The form of most endpoints: `{"errors": ["..."]}`. */
export function refusal(message: string, status = 400): Refusal {
  return new Refusal(status, { errors: [message] });
}

/** The form of the AWS integration, that of JSON:API. */
export function itemRefusal(status: number, title: string, detail: string, meta?: JsonObject): Refusal {
  const error: JsonObject = { status: String(status), title, detail, ...(meta === undefined ? {} : { meta }) };
  return new Refusal(status, { errors: [error] });
}

/** A value as Datadog's messages format it. */
export function shown(value: Json | undefined): string {
  return typeof value === "string" ? `'${value}'` : JSON.stringify(value);
}
