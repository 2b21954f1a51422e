/** A mistake in the configuration, said in one sentence: what is wrong, where, and what would be right. */
export class ConfigurationError extends Error {
  constructor(
    /** Where, such as `Environment "staging", zones`. */
    readonly place: string,
    /** What is wrong there, without a full stop. */
    readonly problem: string,
    /** What would be right, without a full stop. */
    readonly remedy: string,
  ) {
    super(`${place}: ${problem}; ${remedy}.`);
    this.name = "ConfigurationError";
  }
}
