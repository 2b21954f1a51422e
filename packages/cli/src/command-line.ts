import { Command, CommanderError } from "commander";

import { printable } from "./printable";
import { UserError } from "./user-error";

/**
 * A command line that reports each usage error in one sentence.
 *
 * @param call the command that users type, such as `npm run cost`
 */
export function commandLine(call: string, description: string): Command {
  return new Command(`${call} --`)
    .description(description)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
}

/**
 * Parses arguments into a command line.
 *
 * @param args without the interpreter and the script
 * @returns whether to continue: false after it printed the help that the arguments asked for
 * @throws UserError when the arguments are invalid
 */
export function readArguments(command: Command, args: readonly string[]): boolean {
  try {
    command.parse(args, { from: "user" });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return false;
    const message = printable(error.message.replace(/^error: /, "").replaceAll(/\s+/g, " "));
    throw new UserError(`${message.replace(/\.?$/, ".")} See \`${command.name()} --help\`.`);
  }
}
