import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import getPort from "get-port";

import { addressTable, serverNames } from "../../../src/environments";
import { linkCommands } from "./commands";
import type { Entry } from "./entry";
import type { Address, TcpAddress } from "./http";
import { startNginx } from "./server/nginx";
import { type Processes, type Program, programUser, systemUser } from "./server/processes";
import {
  type Bundle,
  ENVIRONMENT_FILE,
  NGINX_CONF,
  NGINX_INCLUDE,
  runDevOneProgram,
  SERVICE,
  type ShippedFiles,
} from "./server/shipped-files";
import {
  includeOf,
  includeSubstitutions,
  type Place,
  shippedSubstitutions,
  socketOf,
  substitute,
} from "./server/substitutions";
import { ServiceProcess } from "./service-process";
import { readUnit, readVariables, type Unit } from "./unit";

export const UNIT = "/etc/systemd/system/dev-one-service.service";
const STATE_DIRECTORY = "/var/lib/dev-one-service";
const SECRETS = "/run/secrets";

/** PATH of a unit. @see https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html#%24PATH */
const SYSTEMD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin";

/** Variables of the unit of the service that others of its programs do not get: dev-one-migrate is no unit. */
const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  migrate: ["LANG", "SHELL", "RUNTIME_DIRECTORY"],
  jobs: ["RUNTIME_DIRECTORY"],
};

export interface Workplace {
  readonly shipped: ShippedFiles;
  readonly entry: Entry;
  readonly bundle: Bundle;
  /** Directory of this run, which others may enter. */
  readonly scratch: string;
  readonly processes: Processes;
  readonly signal: AbortSignal;
}

/** A server of the platform on this machine: its program, and nginx in front of it. */
export class Server {
  readonly isRoot = process.getuid?.() === 0;
  readonly unit: Unit;
  /** Where clients connect: nginx. */
  readonly clients: TcpAddress;
  /** nginx's server for the agent and for people on the server. */
  readonly loopback: TcpAddress;
  readonly service: ServiceProcess;
  private readonly place: Place;
  private readonly owner: { readonly uid: number; readonly gid: number };
  private readonly environment: Readonly<Record<string, string>>;

  private constructor(
    private readonly workplace: Workplace,
    port: number,
    statusPort: number,
  ) {
    const { scratch, shipped, processes } = workplace;
    const { name: user, group, gid } = programUser();
    this.place = { directory: scratch, addresses: ["127.0.0.1"], port, statusPort, user, group };
    this.clients = { host: "127.0.0.1", port };
    this.loopback = { host: "127.0.0.1", port: statusPort };
    this.unit = readUnit(basename(UNIT), shipped.read(UNIT));
    this.owner = { uid: this.isRoot ? systemUser("nobody").uid : (process.getuid?.() ?? 0), gid };
    this.ownedDirectory(STATE_DIRECTORY);
    if (!this.has("install")) linkCommands(this.path("/usr/bin"), process.env.PATH ?? "", this.owner);
    this.environment = this.variables();
    this.writeSecrets();
    this.service = new ServiceProcess(processes, {
      unit: this.unit,
      command: this.path(this.unit.command),
      environment: this.environment,
      runtimeDirectory: join(socketOf(scratch), ".."),
      outputDirectory: scratch,
      user: this.owner,
      isRoot: this.isRoot,
    });
  }

  /** Brings the bundle with the servers' own dev-one-program. @throws UserError with what it says */
  static async prepare(workplace: Workplace): Promise<Server> {
    const { shipped, entry, bundle, scratch } = workplace;
    const { name, owner, port, healthPath, maxBodyMib, settings, release } = entry;
    const row = {
      team: owner,
      version: release?.version ?? "0.0.0",
      ...(port === undefined ? {} : { port }),
      healthPath,
      maxBodyMib,
      settings,
      // Also without --database: a program must start while its database is away.
      database: { name, user: name },
    };
    await runDevOneProgram("python3", rootOf(scratch), shipped, { name, row, bundle });
    if (port !== undefined && (await getPort({ host: "127.0.0.1", port })) !== port) {
      throw new UserError(
        `Port ${port} of 127.0.0.1 is in use on this machine: end what listens there, or try another --port.`,
      );
    }
    const publicPort = await getPort({ host: "127.0.0.1" });
    const statusPort = await getPort({ host: "127.0.0.1", exclude: [publicPort] });
    return new Server(workplace, publicPort, statusPort);
  }

  /** Where the program must listen. */
  get listens(): Address {
    const { port } = this.workplace.entry;
    return port === undefined ? { socketPath: socketOf(this.workplace.scratch) } : { host: "127.0.0.1", port };
  }

  /** The variable that says where to listen, with its value. */
  get listensBy(): string {
    const { port } = this.workplace.entry;
    return port === undefined ? "SERVICE_SOCKET" : `PORT=${port}`;
  }

  get healthPath(): string {
    return this.workplace.entry.healthPath;
  }

  get maxBodyMib(): number {
    return this.workplace.entry.maxBodyMib;
  }

  /** Whether the folder has a program, such as `install`. */
  has(program: string): boolean {
    return existsSync(this.path(join(SERVICE, program)));
  }

  /** Names of the jobs of the folder. */
  get jobs(): readonly string[] {
    return this.has("jobs") ? jobsOf(this.path(SERVICE)) : [];
  }

  /** Directory of the commands that a fresh server has, and paths of the programs that find only these. */
  get commands(): { readonly directory: string; readonly programs: readonly string[] } {
    const programs = ["run", "migrate", ...this.jobs.map((job) => `jobs/${job}`)];
    return { directory: this.path("/usr/bin"), programs: programs.map((each) => this.path(join(SERVICE, each))) };
  }

  /** Limit of a job of the entry. */
  jobMinutes(name: string): number | undefined {
    return this.workplace.entry.jobs[name]?.minutes;
  }

  /** Starts a program of the folder beside `run`: `install` as the user of this command, others as the user of the service. */
  run(program: string): Program {
    const { processes, scratch } = this.workplace;
    const isInstall = program === "install";
    const without = WITHOUT[program.split("/")[0] ?? ""] ?? [];
    const env = isInstall
      ? { PATH: this.searchPath, LANG: "C.UTF-8" }
      : Object.fromEntries(Object.entries(this.environment).filter(([name]) => !without.includes(name)));
    return processes.start({
      name: program.replace("/", "-"),
      command: [this.path(join(SERVICE, program))],
      directory: scratch,
      cwd: "/",
      env,
      inheritsEnvironment: false,
      umask: isInstall ? "0022" : this.unit.umask,
      ...(isInstall ? {} : { noNewPrivileges: true }),
      ...(this.isRoot && !isInstall ? { user: this.owner } : {}),
    });
  }

  /** The path on this machine of a file of the server. */
  path(onServer: string): string {
    return join(rootOf(this.workplace.scratch), onServer);
  }

  /** Starts nginx with the servers' configuration, then the program. */
  async start(): Promise<void> {
    const { shipped, scratch, entry } = this.workplace;
    const include = readFileSync(this.path(NGINX_INCLUDE), "utf8");
    const substitutions = entry.port === undefined ? includeSubstitutions(this.place) : [];
    writeFileSync(includeOf(scratch), substitute(NGINX_INCLUDE, include, substitutions));
    await startNginx(
      this.workplace,
      scratch,
      substitute(NGINX_CONF, shipped.read(NGINX_CONF), shippedSubstitutions(this.place)),
    );
    this.service.start();
  }

  /** Says the program where its database is, as `dev-one-database` does; undefined for no database. */
  setDatabase(credentialsFile: string | undefined): void {
    this.writeCommand(
      "/usr/local/bin/dev-one-database",
      credentialsFile === undefined
        ? 'echo "dev-one-database: there is no database; --database starts one." >&2\nexit 1\n'
        : `exec cat "${credentialsFile}"\n`,
    );
  }

  /** Lets nginx answer health checks as dev-one-drain does. */
  drain(): void {
    writeFileSync(join(this.workplace.scratch, "draining"), "");
  }

  /** Where programs are found by name: the platform's own, then those of a fresh server, or of this machine for what `install` installs. */
  private get searchPath(): string {
    return [this.path("/usr/local/bin"), this.has("install") ? SYSTEMD_PATH : this.path("/usr/bin")].join(":");
  }

  /** A directory of the user of the service. */
  private ownedDirectory(onServer: string, mode = 0o755): string {
    const directory = this.path(onServer);
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, mode);
    if (this.isRoot) chownSync(directory, this.owner.uid, this.owner.gid);
    return directory;
  }

  /** Lets SECRET_COMMAND answer as `dev-one-secret` does. */
  private writeSecrets(): void {
    const { entry } = this.workplace;
    const directory = this.ownedDirectory(SECRETS, 0o700);
    for (const [name, value] of Object.entries(entry.secrets)) writeFileSync(join(directory, name), value);
    const secret = `dev-one/${entry.environment.name}/${entry.name}/$1`;
    this.writeCommand(
      "/usr/local/bin/dev-one-secret",
      `[ $# = 1 ] && [ -f "${directory}/$1" ] && exec cat "${directory}/$1"
echo "dev-one-secret: ${secret} cannot be read: --secret $1=value sets it." >&2
exit 1
`,
    );
  }

  /** All variables that the program gets. */
  private variables(): Record<string, string> {
    const { scratch, entry, shipped } = this.workplace;
    const { placement } = entry;
    const names = placement.kind === "some-names" ? placement.names : serverNames(entry.environment);
    const server = addressTable(entry.environment).find(({ name }) => names.includes(name));
    const isOwnGroup = placement.kind === "own-group";
    const identity = [
      `NAME=${isOwnGroup ? `${entry.name}-i-0123456789abcdef0` : (server?.name ?? "")}`,
      `ZONE=${server?.zone ?? ""}`,
      `ADDRESS=${server?.address ?? ""}`,
      `ENVIRONMENT=${entry.environment.name}`,
      `SERVICE=${entry.name}`,
      `FLEET=${isOwnGroup ? "own-group" : "named"}`,
    ].join("\n");
    const files: Readonly<Record<string, string>> = {
      [ENVIRONMENT_FILE]: shipped.read(ENVIRONMENT_FILE),
      "/etc/dev-one/identity": identity,
      "/etc/dev-one/service": readFileSync(this.path("/etc/dev-one/service"), "utf8"),
    };
    const environment: Record<string, string> = { ...this.unit.environment };
    for (const file of this.unit.environmentFiles) {
      const content = files[file];
      if (content === undefined)
        throw new UserError(`${UNIT}: EnvironmentFile=${file} is not known; add it to packages/service/src/server.ts.`);
      Object.assign(environment, readVariables(content));
    }
    for (const [name, value] of Object.entries(environment)) {
      if (value.startsWith("/usr/local/bin/")) environment[name] = this.writeCommand(value, NOT_HERE);
    }
    this.setDatabase(undefined);
    if (entry.port === undefined) environment.SERVICE_SOCKET = socketOf(scratch);
    const user = {
      USER: "dev-one-service",
      LOGNAME: "dev-one-service",
      HOME: "/home/dev-one-service",
      SHELL: "/sbin/nologin",
    };
    return {
      PATH: this.searchPath,
      LANG: "C.UTF-8",
      ...user,
      RUNTIME_DIRECTORY: join(socketOf(scratch), ".."),
      STATE_DIRECTORY: this.path(STATE_DIRECTORY),
      ...environment,
    };
  }

  private writeCommand(onServer: string, script: string): string {
    const file = this.path(onServer);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}`, { mode: 0o755 });
    return file;
  }
}

const NOT_HERE = 'echo "$(basename "$0"): this command needs AWS, and answers on a server only." >&2\nexit 1\n';

/** Names of the programs in the folder `jobs` that an entry may name; other files are theirs. */
export function jobsOf(folder: string): string[] {
  return readdirSync(join(folder, "jobs")).filter((name) => /^[a-z][a-z0-9-]*$/.test(name));
}

const rootOf = (scratch: string): string => join(scratch, "server");
