import { commandLine, readArguments } from "@dev-one/cli/command-line";

export interface Arguments {
  readonly check: boolean;
  /** Directory of an existing synthesis. */
  readonly from: string | undefined;
  readonly out: string;
}

/** Reads the command line. @returns undefined when help was asked for, and printed @throws UserError */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run diagram",
    "Draws the architecture of every environment from its synthesized JSON, as SVG and PNG.",
  )
    .option("--check", "write nothing; fail when a picture is not what the configuration says", false)
    .option("--from <directory>", "a synthesis that is there already, such as cdktf.out (default: a fresh one)")
    .option("--out <directory>", "where the pictures are", "docs");
  if (!readArguments(command, args)) return undefined;
  const { check, from, out } = command.opts<{ check: boolean; from?: string; out: string }>();
  return { check, from, out };
}
