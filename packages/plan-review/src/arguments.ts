import { join } from "node:path";

import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { projectRoot } from "@dev-one/cli/project-root";
import { UserError } from "@dev-one/cli/user-error";
import { InvalidArgumentError } from "commander";
import * as z from "zod";

/** @returns undefined when help was asked for. @throws UserError when the arguments are not understood */
export function parseArguments(argv: readonly string[]) {
  const allowances = join(projectRoot(), "packages", "plan-review", "allowances.json");
  const today = new Date().toISOString().slice(0, 10);
  const command = commandLine(
    "npm run review",
    "Reviews Terraform plans. Markdown on stdout; exit code 0: nothing to approve, 2: a person must approve, 3: forbidden, 1: error.",
  )
    .argument("[plans...]", "outputs of `terraform show -json PLANFILE`, each named after its stack")
    .option("--json <file>", "also write the review as JSON")
    .option("--allowances <file>", "file with exceptions for forbidden findings", allowances)
    .option("--date <day>", "day for the end dates of allowances (default: today)", toDay, today);
  if (!readArguments(command, argv)) return undefined;
  if (command.args.length === 0) {
    throw new UserError(
      "Which plan? For example `npm run review -- staging.json`, with the output of `terraform show -json PLANFILE`.",
    );
  }
  return { plans: command.args, ...command.opts<{ json?: string; allowances: string; date: string }>() };
}

function toDay(value: string): string {
  if (!z.iso.date().safeParse(value).success) throw new InvalidArgumentError("Write a day such as 2026-11-25.");
  return value;
}
