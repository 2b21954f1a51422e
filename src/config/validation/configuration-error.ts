/** One mistake in the configuration. */
export interface Problem {
  /** Where, such as `Environment "staging", zones[0].subnets.data`. */
  readonly path: string;
  /** What is wrong there, without a full stop. */
  readonly problem: string;
  /** What would be right, without a full stop. */
  readonly remedy: string;
}

/** Every mistake in the configuration that was found; the message has one line for each. */
export class ConfigurationError extends Error {
  constructor(
    /** The mistakes, in the order of the environments and of their settings. */
    readonly problems: readonly Problem[],
  ) {
    super(problems.map(({ path, problem, remedy }) => `${path}: ${problem}; ${remedy}.`).join("\n"));
    this.name = "ConfigurationError";
  }
}
