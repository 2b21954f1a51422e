/** A mistake in the configuration, said in one sentence: what is wrong, where, and what would be right. */
export class ConfigurationError extends Error {
  constructor(
    readonly place: string,
    readonly problem: string,
    readonly remedy: string,
  ) {
    super(`${place}: ${problem}; ${remedy}.`);
    this.name = "ConfigurationError";
  }
}
