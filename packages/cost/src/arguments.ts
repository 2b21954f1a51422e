import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { UserError } from "@dev-one/cli/user-error";

import { type Overrides, parseOverride } from "./assumptions";

/** What the options of the same names say; the help describes them. */
export interface Arguments {
  readonly environment?: string;
  readonly synth?: string;
  readonly compare?: string;
  readonly assume: Overrides;
  readonly assumptions?: string;
  readonly json?: string;
  readonly markdown: boolean;
  readonly write: boolean;
  readonly check: boolean;
}

/** @returns undefined when help was asked for. @throws UserError when the arguments are invalid */
export function parseArguments(argv: readonly string[]): Arguments | undefined {
  const collect = (value: string, before: Overrides): Overrides => ({ ...before, ...parseOverride(value) });
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
  const { write, check, ...others } = options;
  const isChanged = Boolean(
    others.environment ?? others.compare ?? others.assumptions ?? Object.keys(others.assume)[0],
  );
  if ((write || check) && isChanged) {
    throw new UserError(
      "--write and --check are about every environment with its own assumptions: leave out --environment, --compare, --assume and --assumptions.",
    );
  }
  if (write && check) throw new UserError("--write and --check cannot be combined: choose one.");
  return options;
}
