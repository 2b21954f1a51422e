import { commandLine, readArguments } from "@dev-one/cli/command-line";

export interface Arguments {
  /** Plans to check instead of `cdktf.out`. */
  readonly plan: readonly string[];
  /** The file to write the report to, as JSON. */
  readonly json?: string;
  /** Print the rules and check nothing. */
  readonly list: boolean;
}

/** Reads the command line. @returns undefined when help was asked for, and printed @throws UserError */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run policy",
    "Checks cdktf.out against the rules in packages/policy/src. Exits with 1 on a finding that is not suppressed.",
  )
    .option(
      "--plan <file...>",
      "check plans instead: files with the output of `terraform show -json`, each named after its stack",
      [],
    )
    .option("--json <file>", "also write the report as JSON")
    .option("--list", "print the rules and the controls that they implement", false);
  if (!readArguments(command, args)) return undefined;
  return command.opts<Arguments & { plan: string[] }>();
}
