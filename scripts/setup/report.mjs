// All output goes to stderr, because the set-up runs before commands whose stdout is their result.

/** Ends a step. The message names in one sentence what is missing and how to install it. */
export class SetupError extends Error {}

/** Prints one line to stderr. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
