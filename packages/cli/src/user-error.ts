/**
 * A mistake that the user of a command can correct. The message is one sentence: what is wrong, where, and how to correct it. A
 * tool prints it without a stack trace and exits with 1.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/** The run was stopped with Ctrl-C or SIGTERM, and every process that it had started has ended. */
export class InterruptedError extends UserError {
  override readonly name = "InterruptedError";

  constructor(message = "Interrupted.") {
    super(message);
  }
}

/**
 * Runs a tool's main function and sets the exit code: 0, 1 after a UserError (its message is printed on stderr), 130
 * after an interruption. Anything else is a defect of the tool and keeps its stack trace.
 */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = error instanceof InterruptedError ? 130 : 1;
  }
}
