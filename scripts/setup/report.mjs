// Everything goes to stderr: the set-up runs before commands whose stdout is their result.

/** Ends a step. The message is one sentence: what is missing and how to get it. */
export class SetupError extends Error {}

/** Prints one line for a person. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
