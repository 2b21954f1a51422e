import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { UserError } from "@dev-one/cli/user-error";
import { InvalidArgumentError } from "commander";

export interface Arguments {
  /** Leaves the local cloud running, with staging deployed. */
  readonly keep: boolean;
  /** Leaves an empty local cloud running, for manual deployments. */
  readonly empty: boolean;
  /** Stops the local cloud that `--keep` or `--empty` left running. */
  readonly stop: boolean;
  /** Port of the local cloud; 0 for any free one. */
  readonly port: number;
  /** File for the summary as JSON. */
  readonly json?: string;
  /** File for what IAM would authorize of Terraform's calls, also those of a change of every resource. */
  readonly calls?: string;
  /** Name of the environment to deploy. */
  readonly environment: string;
}

/** @returns undefined when the arguments ask for help. @throws UserError when the arguments are invalid */
export function parseArguments(argv: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm start",
    "Synthesizes every environment and deploys staging to a local cloud with real Terraform.",
  )
    .option("--keep", "leave the local cloud running, with staging in it", false)
    .option("--empty", "start a local cloud with nothing in it, and leave it running", false)
    .option("--stop", "end the local cloud that was left running", false)
    .option("--port <number>", "port of the local cloud on 127.0.0.1 (default: any free one)", toPort, 0)
    .option("--environment <name>", "the environment to deploy", "staging")
    .option("--calls <file>", "change resources, too, and write what IAM would authorize of Terraform's calls")
    .option("--json <file>", "write the summary as JSON, too");
  if (!readArguments(command, argv)) return undefined;
  const given = command.opts<Arguments>();
  if (given.keep && given.empty) {
    throw new UserError("--keep leaves staging in the local cloud, and --empty nothing: choose one of them.");
  }
  return given;
}

function toPort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port < 1 || port > 65_535) {
    throw new InvalidArgumentError("Write a number from 1 to 65535.");
  }
  return port;
}
