import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import getPort from "get-port";

import { addressTable, serverNames } from "../../../src/environments";
import type { Entry } from "./entry";
import type { Address } from "./http";
import { startNginx } from "./server/nginx";
import { type Processes, programUser, systemUser } from "./server/processes";
import {
  type Bundle,
  ENVIRONMENT_FILE,
  NGINX_CONF,
  NGINX_INCLUDE,
  runDevOneProgram,
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

/**
 * PATH of a unit, and a home directory that does not exist.
 * @see https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html#Environment%20Variables%20in%20Spawned%20Processes
 */
export const SYSTEMD_ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
  LANG: "C.UTF-8",
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
  readonly clients: Address;
  /** nginx's server for the agent and for people on the server. */
  readonly loopback: Address;
  readonly service: ServiceProcess;
  private readonly place: Place;

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
    const owner = { uid: this.isRoot ? systemUser("nobody").uid : (process.getuid?.() ?? 0), gid };
    mkdirSync(this.path(STATE_DIRECTORY), { recursive: true });
    if (this.isRoot) chownSync(this.path(STATE_DIRECTORY), owner.uid, owner.gid);
    this.service = new ServiceProcess(processes, {
      unit: this.unit,
      command: this.path(this.unit.command),
      environment: this.environment(),
      runtimeDirectory: join(socketOf(scratch), ".."),
      outputDirectory: scratch,
      user: owner,
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

  /** All variables that the program gets. */
  private environment(): Record<string, string> {
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
      ...SYSTEMD_ENVIRONMENT,
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

const rootOf = (scratch: string): string => join(scratch, "server");
