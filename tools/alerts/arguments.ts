import { Command, CommanderError } from "commander";

import { UserError } from "../user-error";

export interface Arguments {
  readonly check: boolean;
  /** Directory of a synthesis that is there already. */
  readonly from: string | undefined;
}

/** Reads the command line. @returns undefined when help was asked for, and printed @throws UserError */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const command = new Command("npm run alerts --")
    .description("Tries every failure on the synthesized monitors, and writes what they do into docs/alerts.md.")
    .option("--check", "write nothing; fail when docs/alerts.md is not what the monitors do", false)
    .option("--from <directory>", "a synthesis that is there already, such as cdktf.out (default: a fresh one)")
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new UserError(
      `${error.message.replace(/^error: /, "").replace(/\.$/, "")}; see \`npm run alerts -- --help\`.`,
    );
  }
  const { check, from } = command.opts<{ check: boolean; from?: string }>();
  return { check, from };
}
