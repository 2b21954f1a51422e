import { commandLine, readArguments } from "@dev-one/cli/command-line";

export interface Arguments {
  /** Plans to judge instead of `cdktf.out`. */
  readonly plan: readonly string[];
  /** Where the report goes as JSON. */
  readonly json?: string;
  /** Print the rules and judge nothing. */
  readonly list: boolean;
}

/** Reads the command line. @returns undefined when help was asked for, and printed @throws UserError */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run policy",
    "Judges cdktf.out by the rules in packages/policy/src. Exits with 1 on a finding that is not suppressed.",
  )
    .option(
      "--plan <file...>",
      "judge plans instead: what `terraform show -json` prints, each named after its stack",
      [],
    )
    .option("--json <file>", "write the report there, too")
    .option("--list", "print the rules and what they answer to", false);
  if (!readArguments(command, args)) return undefined;
  return command.opts<Arguments & { plan: string[] }>();
}
