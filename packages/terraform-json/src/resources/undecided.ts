/** In place of a value that a plan does not know before it is applied. */
export const UNKNOWN = Symbol("known after apply");

/** A rule asked for a value that is not known yet; the rule is then neither kept nor broken. */
export class Undecided extends Error {
  override readonly name = "Undecided";

  /** @param argument where the value would stand, such as `versioning_configuration.status` */
  constructor(readonly argument: string) {
    super(`${argument} is not known yet`);
  }
}
