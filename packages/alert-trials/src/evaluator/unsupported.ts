import { UserError } from "@dev-one/cli/user-error";

/** A query or an option whose meaning is not modelled: better no answer than a wrong one. */
export class UnsupportedError extends UserError {
  override readonly name = "UnsupportedError";
}

/** @param where the monitor, or the place in its query @param what is unknown there, as a sentence without its full stop */
export function unsupported(where: string, what: string): UnsupportedError {
  return new UnsupportedError(
    `${where}: ${what}; teach packages/alert-trials/src what it means, or write it differently.`,
  );
}
