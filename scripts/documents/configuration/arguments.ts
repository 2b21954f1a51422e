import { commandLine, readArguments } from "@dev-one/cli/command-line";

export interface Arguments {
  readonly check: boolean;
}

/** Reads the command line. @returns undefined when help was asked for, and printed @throws UserError */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run docs:api",
    "Writes docs/configuration.md from the docstrings of src/config/schema.",
  ).option("--check", "write nothing; fail when the page differs from the docstrings", false);
  if (!readArguments(command, args)) return undefined;
  return command.opts<{ check: boolean }>();
}
