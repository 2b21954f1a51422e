import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { Argument } from "commander";

export interface Arguments {
  readonly environment: string;
  readonly autoApprove: boolean;
  readonly adopt: boolean;
}

/**
 * Reads the command line.
 *
 * @param args without the interpreter and the script
 * @param known names of the environments
 * @returns undefined when the arguments ask for help, which is then printed
 * @throws UserError that lists the environments when the name is missing or unknown
 */
export function parseArguments(args: readonly string[], known: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run bootstrap",
    "Makes the bucket of an environment's Terraform states. A second run changes nothing.",
  )
    .addArgument(new Argument(`<environment: ${known.join(" or ")}>`).choices(known))
    .option("--auto-approve", "do not ask before the bucket is made or changed", false)
    .option("--adopt", "take over a bucket and its key that exist while their state is lost", false);
  if (!readArguments(command, args)) return undefined;
  return { environment: command.args[0] ?? "", ...command.opts<Omit<Arguments, "environment">>() };
}
