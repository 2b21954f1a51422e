import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { UserError } from "@dev-one/cli/user-error";
import { InvalidArgumentError } from "commander";
import * as z from "zod";

export interface Arguments {
  /** Outputs of `terraform show -json`. */
  readonly plans: readonly string[];
  /** File for the JSON report. */
  readonly json?: string;
  /** File of the allowances. */
  readonly allowances: string;
  /** The day for the end dates of allowances. */
  readonly date: string;
}

/** @returns undefined when help was asked for. @throws UserError when the arguments are not understood */
export function parseArguments(
  argv: readonly string[],
  defaults: { allowances: string; date: string },
): Arguments | undefined {
  const command = commandLine(
    "npm run review",
    "Reviews Terraform plans. Markdown on stdout; exit code 0: nothing to approve, 2: a person must approve, 3: forbidden, 1: error.",
  )
    .argument("[plans...]", "outputs of `terraform show -json PLANFILE`, each named after its stack")
    .option("--json <file>", "also write the review as JSON")
    .option("--allowances <file>", "file with exceptions for forbidden findings", defaults.allowances)
    .option("--date <day>", "day for the end dates of allowances (default: today)", toDay, defaults.date);
  if (!readArguments(command, argv)) return undefined;
  if (command.args.length === 0) {
    throw new UserError(
      "Which plan? For example `npm run review -- staging.json`, with the output of `terraform show -json PLANFILE`.",
    );
  }
  return { plans: command.args, ...command.opts<Omit<Arguments, "plans">>() };
}

function toDay(value: string): string {
  if (!z.iso.date().safeParse(value).success) {
    throw new InvalidArgumentError("Write a day such as 2026-11-25.");
  }
  return value;
}
