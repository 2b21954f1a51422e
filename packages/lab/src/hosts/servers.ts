import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { JsonObject } from "@dev-one/cli/json";
import { startNginx } from "@dev-one/service/nginx";
import type { Processes, Program, SystemUser } from "@dev-one/service/processes";
import { NGINX_CONF, NGINX_INCLUDE, ShippedFiles } from "@dev-one/service/shipped-files";
import {
  includeOf,
  includeSubstitutions,
  noProgramOf,
  shippedSubstitutions,
  socketOf,
  substitute,
} from "@dev-one/service/substitutions";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { templateOf } from "../compile/addresses";
import { goProgram } from "../load/program";
import { nginxInclude } from "../server/measured-files";
import { runScript, within } from "./namespaces";
import type { LabHost } from "./topology";

const SYSCTLS = "/etc/sysctl.d/90-dev-one.conf";
const DRAIN = "/usr/local/sbin/dev-one-drain";
/** TimeoutStopSec of nginx's unit. */
const STOP_SECONDS = 25;

/** The files that the servers of each Auto Scaling group get, by the address of the group. */
export async function shippedFiles(
  stack: string,
  json: JsonObject,
  python: string,
  scratch: string,
): Promise<ReadonlyMap<string, ShippedFiles>> {
  const groups = fromSynthesis(stack, json).of("aws_autoscaling_group");
  const names = groups.map((group) => templateOf(group).text("name") ?? "");
  const byTemplate = new Map(
    await Promise.all(
      [...new Set(names)].map(async (name) => {
        const shipped = await ShippedFiles.of(json, name);
        return [name, shipped.with([await nginxInclude(python, join(scratch, name), shipped)])] as const;
      }),
    ),
  );
  return new Map(
    groups.flatMap((group, index): [string, ShippedFiles][] => {
      const shipped = byTemplate.get(names[index] ?? "");
      return shipped === undefined ? [] : [[group.address, shipped]];
    }),
  );
}

/** What servers need to start. */
export interface ServerPlace {
  readonly processes: Processes;
  readonly signal: AbortSignal;
  readonly user: SystemUser;
  /** Files of the server. */
  readonly directory: string;
  /** Name of the public hosted zone. */
  readonly domain: string;
  readonly shipped: ShippedFiles;
}

/**
 * A server: nginx with the shipped nginx.conf, kernel settings and host name, at its own address and port 80. It answers by itself, as
 * a server on which no program is expected, or holds requests (`/events?wait=SECONDS`) by a program behind it.
 */
export class RunningServer {
  private nginx: Program | undefined;

  constructor(
    readonly host: LabHost,
    private readonly place: ServerPlace,
  ) {}

  /** Also after the host was made anew. */
  async start(): Promise<void> {
    const { directory, shipped, user, domain } = this.place;
    mkdirSync(directory, { recursive: true });
    for (const left of ["nginx.pid", "draining"]) rmSync(join(directory, left), { force: true });
    writeFileSync(noProgramOf(directory), "");
    const { name, address = "" } = this.host;
    const place = { directory, addresses: [address], port: 80, statusPort: 8081, user: user.name, group: user.group };
    writeFileSync(
      includeOf(directory),
      substitute(NGINX_INCLUDE, shipped.read(NGINX_INCLUDE), includeSubstitutions(place)),
    );
    const configuration = substitute(NGINX_CONF, shipped.read(NGINX_CONF), shippedSubstitutions(place));
    await runScript(name, kernelSettings(shipped.read(SYSCTLS)));
    const named = ["unshare", "--uts", "sh", "-c", `hostname "$0" && exec "$@"`, `${name}.${domain}`];
    const { program } = await startNginx(
      { ...this.place, within: [...within(name), ...named] },
      directory,
      configuration,
    );
    this.nginx = program;
  }

  /** Puts a program that holds requests behind nginx. @returns a function that stops it */
  async holdRequests(root: string): Promise<() => Promise<void>> {
    const { directory, processes, signal } = this.place;
    const command = [...within(this.host.name), await goProgram(root, "holder", signal), socketOf(directory)];
    const program = processes.start({ name: "holder", command, directory });
    const isReady = () => program.printed() !== "";
    await program.becomes(`The program of ${this.host.name} did not start`, isReady, 30, signal);
    rmSync(noProgramOf(directory));
    return async () => {
      writeFileSync(noProgramOf(directory), "");
      await program.stop();
    };
  }

  /** nginx dies at once; the host answers connections with a reset. */
  async kill(): Promise<void> {
    this.nginx?.signalAll("SIGKILL");
    await this.nginx?.ended;
  }

  /** Health checks fail, while all other requests are answered: as `dev-one-drain` does it. */
  failHealthChecks(): void {
    writeFileSync(this.drainingFile, "");
  }

  passHealthChecks(): void {
    rmSync(this.drainingFile, { force: true });
  }

  /**
   * The server shuts down as systemd does it: the shipped `dev-one-drain`, then SIGQUIT to nginx, which finishes what it began.
   * @param shortened factor by which the time of `dev-one-drain` is divided
   */
  async shutDown(shortened: number): Promise<void> {
    const { directory, processes, shipped } = this.place;
    const file = join(directory, "dev-one-drain");
    const text = shipped.read(DRAIN);
    writeFileSync(file, text, { mode: 0o755 });
    const seconds = Number(/DRAIN_SECONDS:-(\d+)/.exec(text)?.[1]) / shortened;
    const env = { DEV_ONE_DRAINING: this.drainingFile, DEV_ONE_DRAIN_SECONDS: String(seconds) };
    const drain = processes.start({ name: "drain", command: [file], directory, env });
    await drain.ended;
    if (drain.exit !== 0) throw drain.failure(`${this.host.name} did not drain`);
    if (this.nginx?.isRunning === true) process.kill(this.nginx.pid, "SIGQUIT");
    await Promise.race([this.nginx?.ended, delay(STOP_SECONDS * 1000, undefined, { ref: false })]);
    await this.kill();
  }

  private get drainingFile(): string {
    return join(this.place.directory, "draining");
  }
}

/** The settings of a sysctl.d file, all of which are those of one network namespace. */
const kernelSettings = (file: string): string =>
  [...file.matchAll(/^([a-z]\S*)\s*=\s*(.*)$/gm)]
    .map(([, name = "", value = ""]) => `echo ${value.trim()} > /proc/sys/${name.replaceAll(".", "/")}\n`)
    .join("");
