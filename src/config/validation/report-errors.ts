import { ConfigurationError } from "./configuration-error";

/** A mistake in the configuration ends the program with its one sentence; a mistake in the program keeps its stack trace. */
process.on("uncaughtException", (error: unknown) => {
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exit(1);
});
