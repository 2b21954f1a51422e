import { UserError } from "@dev-one/cli/user-error";

/** A query or an option without a model: an error instead of a wrong result. */
export class UnsupportedError extends UserError {
  override readonly name = "UnsupportedError";
}

/** @param where the monitor, or the position in its query @param what is not supported, as a sentence without its full stop */
export function unsupported(where: string, what: string): UnsupportedError {
  return new UnsupportedError(
    `${where}: ${what}; model it in packages/alert-trials/src, or write the query differently.`,
  );
}
