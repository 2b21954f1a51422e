import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { UserError } from "@dev-one/cli/user-error";
import { InvalidArgumentError, Option } from "commander";

import { type ScenarioName, SCENARIOS } from "./evidence";

export interface Arguments {
  /** The environment whose server files are tested, such as `staging`. */
  readonly environment: string;
  /** Number of simultaneous connections. */
  readonly connections: number;
  /** Seconds during which all connections stay open. */
  readonly seconds: number;
  /** The scenarios to run, in execution order. */
  readonly scenarios: readonly ScenarioName[];
  /** Directory for the result. */
  readonly output: string;
  /** Loopback port of the server; the status page uses the next port. Undefined selects free ports. */
  readonly port: number | undefined;
  /** Writes the report and the pictures from existing figures, without a run. */
  readonly redraw: boolean;
}

const OUTPUT = "docs/evidence";

/** @returns undefined when help was asked for. @throws UserError when the arguments are not understood */
export function parseArguments(argv: readonly string[], environments: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run evidence",
    "Holds 10,000 connections on the servers' own nginx configuration, on loopback, and writes a report.",
  )
    .addOption(
      new Option("--environment <name>", "whose files are tried").choices([...environments]).default("staging"),
    )
    .option("--connections <number>", "connections to be held at once", wholeNumber(10, 100_000), 10_000)
    .option("--seconds <number>", "how long all of them are held", wholeNumber(2, 600), 60)
    .addOption(new Option("--only <scenario...>", "run only these scenarios").choices([...SCENARIOS]))
    .option("--output <directory>", "where the result goes, replaced as a whole", OUTPUT)
    .option("--port <number>", "port of the server, and the next one for its status (default: any free ones)", port)
    .option("--redraw", "write the report and the pictures from the figures in the output directory", false);
  if (!readArguments(command, argv)) return undefined;
  const { only, port: chosenPort, ...options } = command.opts<Options>();
  if (only !== undefined && options.output === OUTPUT && !options.redraw) {
    throw new UserError(`--only needs --output DIRECTORY: ${OUTPUT} holds whole runs.`);
  }
  const scenarios = SCENARIOS.filter((name) => only?.includes(name) ?? true);
  return { ...options, scenarios, port: chosenPort };
}

type Options = Omit<Arguments, "scenarios" | "port"> & {
  readonly only?: readonly ScenarioName[];
  readonly port?: number;
};

function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`Write a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}

/** The highest port is refused, because the status page uses the next port. */
function port(text: string): number {
  return wholeNumber(1, 65_534)(text);
}
