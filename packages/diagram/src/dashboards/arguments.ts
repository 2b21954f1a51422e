import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { UserError } from "@dev-one/cli/user-error";

import { type Environment, environments } from "../../../../src/environments";

export interface Arguments {
  readonly check: boolean;
  readonly environment: Environment;
  /** Directory of an existing synthesis. */
  readonly from: string | undefined;
  readonly out: string;
}

/** The environment that the documentation shows. */
const SHOWN = "production";

/** Reads the command line. @returns undefined when help was asked for, and printed @throws UserError */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run dashboards",
    "Draws the dashboards of an environment from their synthesized JSON with sample data, as SVG and PNG.",
  )
    .option("--check", "write nothing; fail when a picture is not what the dashboard says", false)
    .option("--environment <name>", "whose dashboards", SHOWN)
    .option("--from <directory>", "a synthesis that is there already, such as cdktf.out (default: a fresh one)")
    .option("--out <directory>", "where the pictures are", "docs/dashboards");
  if (!readArguments(command, args)) return undefined;
  const { environment, ...others } = command.opts<{
    check: boolean;
    environment: string;
    from?: string;
    out: string;
  }>();
  return { check: others.check, environment: named(environment), from: others.from, out: others.out };
}

function named(name: string): Environment {
  const found = environments.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new UserError(
    `There is no environment ${name}; there are ${environments.map((each) => each.name).join(", ")}.`,
  );
}
