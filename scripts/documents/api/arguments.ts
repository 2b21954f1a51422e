import { commandLine, readArguments } from "@dev-one/cli/command-line";

export interface Arguments {
  readonly check: boolean;
}

/** Reads the command line. @returns undefined when help was asked for, and printed @throws UserError */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run docs:api",
    "Makes docs/api from the docstrings of constructs and configuration.",
  ).option("--check", "write nothing; fail when a page is not what the docstrings say", false);
  if (!readArguments(command, args)) return undefined;
  return command.opts<{ check: boolean }>();
}
