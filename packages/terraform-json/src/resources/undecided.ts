/** A rule read a value that is known only after the apply; its result is then neither passed nor failed. */
export class Undecided extends Error {
  override readonly name = "Undecided";

  /** @param argument path of the value, such as `versioning_configuration.status` */
  constructor(readonly argument: string) {
    super(`${argument} is not known yet`);
  }
}
