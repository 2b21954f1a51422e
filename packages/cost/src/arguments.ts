import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { UserError } from "@dev-one/cli/user-error";

import { type Overrides, parseOverride } from "./assumptions";

export interface Arguments {
  /** Only this environment. @default all */
  readonly environment: string | undefined;
  /** Directory of an existing synthesis. @default runs the synthesis */
  readonly synth: string | undefined;
  /** Directory of an existing synthesis to compare with, or a plan as JSON. */
  readonly compare: string | undefined;
  readonly assume: Overrides;
  /** A JSON file of assumptions. */
  readonly assumptions: string | undefined;
  /** File for the estimate as JSON. */
  readonly json: string | undefined;
  readonly markdown: boolean;
  /** Writes docs/cost.md. */
  readonly write: boolean;
  /** Fails when docs/cost.md is stale. */
  readonly check: boolean;
}

/** @returns undefined when help was asked for. @throws UserError when the arguments are invalid */
export function parseArguments(argv: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run cost",
    "Estimates what each environment costs in a month, from the synthesized JSON and a dated price list.",
  )
    .option("--environment <name>", "only this environment")
    .option("--synth <directory>", "use what was synthesized into this directory (default: run the synthesis)")
    .option(
      "--compare <directory or plan>",
      "the difference to another synthesis, or what a plan (terraform show -json) changes",
    )
    .option("--assume <name=number>", "another assumption, for this run; can be repeated", collect, {})
    .option("--assumptions <file>", "other assumptions as JSON, for all environments or by environment")
    .option("--json <file>", "write the estimate as JSON, too")
    .option("--markdown", "print Markdown", false)
    .option("--write", "write docs/cost.md", false)
    .option("--check", "fail when docs/cost.md is not what --write would write", false);
  if (!readArguments(command, argv)) return undefined;
  const options = command.opts<Arguments>();
  const { environment, compare, assumptions, assume, write, check } = options;
  const isChanged = [environment, compare, assumptions, ...Object.keys(assume)].some((each) => each !== undefined);
  if ((write || check) && isChanged) {
    throw new UserError(
      "--write and --check are about every environment with its own assumptions: leave out --environment, --compare, --assume and --assumptions.",
    );
  }
  if (write && check) throw new UserError("--write and --check cannot be combined: choose one.");
  return options;
}

function collect(value: string, before: Overrides): Overrides {
  return { ...before, ...parseOverride(value) };
}
