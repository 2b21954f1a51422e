import { Command, CommanderError } from "commander";

import { UserError } from "../../user-error";

export interface Arguments {
  readonly check: boolean;
}

/** Reads the command line. @returns undefined when help was asked for, and printed @throws UserError */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const command = new Command("npm run docs:api --")
    .description("Makes docs/api from the docstrings of constructs and configuration.")
    .option("--check", "write nothing; fail when a page is not what the docstrings say", false)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new UserError(
      `${error.message.replace(/^error: /, "").replace(/\.$/, "")}; see \`npm run docs:api -- --help\`.`,
    );
  }
  return command.opts<{ check: boolean }>();
}
