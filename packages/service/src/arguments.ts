import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { InvalidArgumentError } from "commander";

export interface Arguments {
  /** Folder of the service. @default that of the release of `service` */
  readonly folder?: string;
  /** Environment whose servers' files are used. */
  readonly environment: string;
  /** Service of the environment whose entry is used. @default none */
  readonly service?: string;
  readonly port?: number;
  readonly healthPath?: string;
  readonly maxBodyMib?: number;
  readonly settings: Readonly<Record<string, string>>;
  /** Values of secrets, by their names. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Whether `install` is run, twice. */
  readonly install: boolean;
  /** Whether there is a database. */
  readonly database: boolean;
  /** Jobs that are run, once each. */
  readonly jobs: readonly string[];
  /** Whether it leaves the program running, after what prepares it. */
  readonly keep: boolean;
  /** Path of a request that takes some seconds, for the check of SIGTERM. */
  readonly slowPath?: string;
  /** Seconds in which the program must be healthy. */
  readonly wait: number;
}

type Options = Omit<Arguments, "folder" | "environment" | "settings" | "secrets" | "jobs"> & {
  readonly env: string;
  readonly setting?: Record<string, string>;
  readonly secret?: Record<string, string>;
  readonly job?: string[];
};

/** @returns undefined when help was asked for. @throws UserError when the arguments are not understood */
export function parseArguments(argv: readonly string[]): Arguments | undefined {
  const command = commandLine(
    "npm run service",
    "Runs the program of a service behind the servers' nginx on loopback, as its systemd unit does, and tries what docs/services.md says that it must do. Without AWS.",
  )
    .argument("[folder]", "folder of the service, which holds `run`")
    .option(
      "--service <name>",
      "take folder, port, health path, body size and settings from this service of the environment",
    )
    .option("--env <name>", "environment", "staging")
    .option("--port <number>", "listen on this port of 127.0.0.1 instead of SERVICE_SOCKET", number)
    .option("--health-path <path>", "path of the health check (default: /healthz)")
    .option("--max-body-mib <number>", "largest body of a request, MiB (default: 1)", number)
    .option("--setting <NAME=value>", "an environment variable of the program; may be repeated", nameAndValue)
    .option("--secret <NAME=value>", "a secret that SECRET_COMMAND prints; may be repeated", nameAndValue)
    .option("--install", "run `install` first, twice: it installs on this machine", false)
    .option("--database", "try with a PostgreSQL of this run, too, and run `migrate` on it, twice", false)
    .option("--job <NAME>", "run `jobs/NAME` once; may be repeated", (job: string, before?: string[]) => [
      ...(before ?? []),
      job,
    ])
    .option("--slow-path <path>", "a GET request that takes 1 to 15 seconds, which SIGTERM must not cut", path)
    .option("--wait <seconds>", "how long the program may take to become healthy", number, 75)
    .option("--keep", "prepare and start it, and leave it running until Ctrl-C", false);
  if (!readArguments(command, argv)) return undefined;
  const [folder] = command.args;
  const { env, setting: settings = {}, secret: secrets = {}, job: jobs = [], ...options } = command.opts<Options>();
  return { ...options, environment: env, settings, secrets, jobs, ...(folder === undefined ? {} : { folder }) };
}

function number(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Write a whole number.");
  return Number(text);
}

function path(text: string): string {
  if (!/^\/[\x21-\x7e]*$/.test(text)) throw new InvalidArgumentError("Write a path, such as /reports?wait=5.");
  return text;
}

function nameAndValue(text: string, before: Record<string, string> | undefined): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("Write NAME=value.");
  return { ...before, [name]: value };
}
