import { relative, resolve } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

import {
  ConfigurationError,
  defineEnvironment,
  type Environment,
  environments,
  type PlacedService,
  servicesOf,
} from "../../../src/environments";
import type { Arguments } from "./arguments";

/** What an entry of `services` and its release say about the program. */
export interface Entry extends Pick<
  PlacedService,
  "name" | "owner" | "port" | "healthPath" | "maxBodyMib" | "settings" | "jobs" | "release" | "placement"
> {
  /** Values of secrets, by their names. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly environment: Environment;
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Whether the folder can be a release by `folder`: it is part of this repository. */
  readonly isOfRepository: boolean;
}

/** Options, by the setting of an entry that each replaces. */
const OPTIONS: Readonly<Record<string, string>> = {
  port: "--port",
  healthPath: "--health-path",
  maxBodyMib: "--max-body-mib",
  settings: "--setting",
  secrets: "--secret",
};

/**
 * The entry of an environment's service, or one with default settings; options count more than either.
 * @param root the project's directory
 * @param cwd directory that a relative folder is below
 * @throws UserError with every problem
 */
export function entryOf(args: Arguments, root: string, cwd: string): Entry {
  const environment = environmentNamed(args.environment);
  const service = args.service === undefined ? undefined : serviceNamed(environment, args.service);
  const folder = folderOf(args, service, root, cwd);
  const name = service?.name ?? "service";
  const given = {
    ...(args.port === undefined ? {} : { port: args.port }),
    ...(args.healthPath === undefined ? {} : { healthPath: args.healthPath }),
    ...(args.maxBodyMib === undefined ? {} : { maxBodyMib: args.maxBodyMib }),
    settings: { ...service?.settings, ...args.settings },
  };
  const { port, healthPath, maxBodyMib } = { ...service, ...given };
  const path = relative(root, folder);
  const secrets = Object.keys(args.secrets);
  const unknown = service === undefined ? [] : secrets.filter((each) => !service.secrets.includes(each));
  return {
    ...checked(
      environment,
      name,
      {
        ...(service === undefined ? {} : { owner: service.owner }),
        ...(port === undefined ? {} : { port }),
        ...(healthPath === undefined ? {} : { healthPath }),
        ...(maxBodyMib === undefined ? {} : { maxBodyMib }),
        settings: given.settings,
        secrets,
        jobs: service?.jobs ?? {},
      },
      unknown.map(
        (each) => `--secret.${each}: ${name} of ${environment.name} has no such secret; add it to its secrets.`,
      ),
    ),
    secrets: args.secrets,
    environment,
    folder,
    release: service?.release,
    ...(service === undefined ? {} : { placement: service.placement }),
    isOfRepository: path !== "" && !path.startsWith(".."),
  };
}

function environmentNamed(name: string): Environment {
  const found = environments.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new UserError(
    `--env ${name} is no environment: write one of ${environments.map((each) => each.name).join(", ")}.`,
  );
}

function serviceNamed(environment: Environment, name: string): PlacedService {
  const services = servicesOf(environment);
  const found = services.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = services.map((each) => each.name).join(", ");
  throw new UserError(`--service ${name} is no service of ${environment.name}: write one of ${names}.`);
}

function folderOf(args: Arguments, service: PlacedService | undefined, root: string, cwd: string): string {
  if (args.folder !== undefined) return resolve(cwd, args.folder);
  if (service === undefined) throw new UserError("Name the folder of the service: npm run service -- FOLDER.");
  const folder = service.release?.folder;
  if (folder !== undefined) return resolve(root, folder);
  throw new UserError(
    `The release of ${service.name} in ${args.environment} is no folder of this repository: name the folder, npm run service -- FOLDER --service ${service.name}.`,
  );
}

/** Validates the settings as the configuration of an environment does. @param found what is wrong beside them */
function checked(
  environment: Environment,
  name: string,
  settings: object,
  found: readonly string[],
): Omit<Pick<PlacedService, keyof Entry & keyof PlacedService>, "secrets"> {
  const service = { owner: "team", apex: true, wildcard: true, ...settings };
  try {
    const valid = defineEnvironment({ ...environment, services: { [name]: service }, releases: {} });
    const [placed] = servicesOf(valid);
    if (found.length > 0) throw new UserError(found.join("\n"));
    if (placed !== undefined) return placed;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const lines = error.problems.map(({ path, problem, remedy }) => {
      const [, setting = "", rest = ""] = new RegExp(`services\\.${name}\\.(\\w+)(.*)$`).exec(path) ?? [];
      return `${OPTIONS[setting] ?? path}${rest}: ${problem}; ${remedy}.`;
    });
    throw new UserError([...lines, ...found].join("\n"));
  }
  throw new Error(`${environment.name} has no service`);
}
