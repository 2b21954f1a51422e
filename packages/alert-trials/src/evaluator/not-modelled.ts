import { QueryError } from "../datadog";

/** A query, an option or a resource that has no model here. What depends on it is listed as not simulated, instead of a guessed result. */
export class NotModelled extends Error {
  override readonly name = "NotModelled";
}

/** The result, or the reason why it has none. */
export function modelled<T>(read: () => T): { readonly value: T } | { readonly reason: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof QueryError) return { reason: `its query cannot be read: ${error.message.replace(/\.$/, "")}` };
    if (error instanceof NotModelled) return { reason: error.message };
    throw error;
  }
}
