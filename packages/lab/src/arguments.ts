import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { UserError } from "@dev-one/cli/user-error";
import { InvalidArgumentError, Option } from "commander";

import { type ScenarioName, SCENARIOS } from "./evidence/figures";

export interface Arguments {
  /** Number of simultaneous connections. */
  readonly connections: number;
  /** Seconds during which all connections stay open. */
  readonly seconds: number;
  /** The scenarios to run, in execution order. */
  readonly scenarios: readonly ScenarioName[];
  /** Directory for the result. */
  readonly output: string;
  /** Writes the report and the pictures from existing figures, without a run. */
  readonly redraw: boolean;
}

const OUTPUT = "docs/evidence";

/** @returns undefined when help was asked for. @throws UserError when the arguments are not understood */
export function parseArguments(argv: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run evidence",
    "Holds 10,000 connections on the servers' own nginx configuration, on loopback, and writes a report.",
  )
    .option("--connections <number>", "connections to be held at once", wholeNumber(10, 100_000), 10_000)
    .option("--seconds <number>", "how long all of them are held", wholeNumber(2, 600), 60)
    .addOption(new Option("--only <scenario...>", "run only these scenarios").choices([...SCENARIOS]))
    .option("--output <directory>", "where the result goes, replaced as a whole", OUTPUT)
    .option("--redraw", "write the report and the pictures from the figures in the output directory", false);
  if (!readArguments(command, argv)) return undefined;
  const { only, ...options } = command.opts<Options>();
  if (only !== undefined && options.output === OUTPUT && !options.redraw) {
    throw new UserError(`--only needs --output DIRECTORY: ${OUTPUT} holds whole runs.`);
  }
  const scenarios = SCENARIOS.filter((name) => only?.includes(name) ?? true);
  return { ...options, scenarios };
}

type Options = Omit<Arguments, "scenarios"> & { readonly only?: readonly ScenarioName[] };

function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`Write a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}
