import { Undecided } from "@dev-one/terraform-json/resources";

import { QueryError } from "../datadog";

/** A query, an option or a resource that has no model here. What depends on it is listed as not simulated, instead of a guessed result. */
export class NotModelled extends Error {
  override readonly name = "NotModelled";
}

/** What `read` returns, or what `otherwise` makes of the reason why it has no model. */
export function modelled<T>(read: () => T, otherwise: (reason: string) => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof QueryError) return otherwise(`its query cannot be read: ${error.message.replace(/\.$/, "")}`);
    if (error instanceof NotModelled || error instanceof Undecided) return otherwise(error.message);
    throw error;
  }
}
