import { commandLine, readArguments } from "@dev-one/cli/command-line";

export interface Arguments {
  readonly check: boolean;
  /** Directory of an existing synthesis. */
  readonly from: string | undefined;
}

/** Reads the command line. @returns undefined when help was asked for, and printed @throws UserError */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run alerts",
    "Tries every failure on the synthesized monitors, and writes what they do into docs/alerts.md.",
  )
    .option("--check", "write nothing; fail when docs/alerts.md is not what the monitors do", false)
    .option("--from <directory>", "a synthesis that is there already, such as cdktf.out (default: a fresh one)");
  if (!readArguments(command, args)) return undefined;
  const { check, from } = command.opts<{ check: boolean; from?: string }>();
  return { check, from };
}
