import { chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Processes, type Program, type SystemUser, systemUser } from "@dev-one/service/processes";
import { execa } from "execa";

import type { ModelHost } from "../compile/addresses";
import { type Database, MAX_CONNECTIONS, renderHostBasedAuthentication, renderPgBouncer } from "../compile/database";
import { within } from "./namespaces";

interface Context {
  readonly processes: Processes;
  readonly signal: AbortSignal;
  readonly directory: string;
  readonly key: string;
  readonly certificate: string;
}

const SECONDS = 30;

/** PostgreSQL on the host of the primary, and PgBouncer on each host of RDS Proxy. */
export class RunningDatabase {
  readonly password = "lab-password";
  private primary: { readonly host: ModelHost; readonly program: Program } | undefined;
  private readonly proxies = new Map<string, Program>();
  private readonly user: SystemUser = systemUser("postgres", "nobody");

  constructor(
    private database: Database,
    private readonly context: Context,
  ) {}

  get primaryHost(): ModelHost | undefined {
    return this.primary?.host;
  }

  async start(): Promise<void> {
    const { directory, processes, key, certificate } = this.context;
    const { user, name, hosts } = this.database;
    mkdirSync(directory, { recursive: true });
    for (const file of [directory, key, certificate]) chownSync(file, this.user.uid, this.user.gid);
    const password = join(directory, "password");
    writeFileSync(password, this.password);
    const options = [
      "-U",
      user,
      `--pwfile=${password}`,
      "--auth=scram-sha-256",
      "--no-sync",
      "--locale=C",
      "--encoding=UTF8",
    ];
    const command = ["initdb", "-D", this.data, ...options];
    const initdb = processes.start({ name: "initdb", command, directory, user: this.user });
    await initdb.ended;
    if (initdb.exit !== 0) throw initdb.failure("PostgreSQL could not be prepared");
    const [primary] = hosts;
    if (primary === undefined) throw new Error("The stack has no database host");
    await this.startPrimary(primary);
    const create = ["psql", "-h", directory, "-U", user, "-d", "postgres", "-qc", `create database ${name}`];
    await execa(create[0] ?? "", create.slice(1));
    await this.startProxies();
  }

  /** Configures it anew, as a change of the stack does. */
  async apply(database: Database): Promise<void> {
    if (JSON.stringify(database) === JSON.stringify(this.database)) return;
    this.database = database;
    await this.primary?.program.stop();
    const [primary] = database.hosts;
    if (primary !== undefined) await this.startPrimary(primary);
    await Promise.all([...this.proxies.values()].map((program) => program.stop()));
    await this.startProxies();
  }

  /** The primary dies at once, as its host does. */
  async kill(): Promise<void> {
    this.primary?.program.signalAll("SIGKILL");
    await this.primary?.program.ended;
  }

  /**
   * The standby takes over, or without one the same host starts again. Multi-AZ copies every block to the standby, which starts from
   * them; here it gets the same directory. The proxies then connect to the new primary, as RDS Proxy does.
   */
  async failOver(): Promise<void> {
    const { hosts } = this.database;
    const next = hosts.find((host) => host !== this.primary?.host) ?? hosts[0];
    if (next === undefined) return;
    await this.startPrimary(next);
    for (const [name, program] of this.proxies) {
      this.writeProxy(name, next.address);
      process.kill(program.pid, "SIGHUP");
    }
  }

  private get data(): string {
    return join(this.context.directory, "data");
  }

  private async startPrimary(host: ModelHost): Promise<void> {
    const { processes, directory, key, certificate, signal } = this.context;
    writeFileSync(join(this.data, "pg_hba.conf"), renderHostBasedAuthentication(this.database));
    const settings = {
      listen_addresses: host.address,
      port: String(this.database.port),
      max_connections: String(MAX_CONNECTIONS),
      ssl: "on",
      ssl_cert_file: certificate,
      ssl_key_file: key,
      unix_socket_directories: directory,
      ...Object.fromEntries(this.database.parameters),
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const command = [...within(host.name), ...this.as("INT"), "postgres", "-D", this.data, ...options];
    const program = processes.start({ name: "postgres", command, directory, stopSignal: "SIGINT" });
    this.primary = { host, program };
    const isReady = () => program.printed().includes("ready to accept connections");
    await program.becomes("PostgreSQL did not start", isReady, SECONDS, signal);
  }

  private async startProxies(): Promise<void> {
    const { processes, signal } = this.context;
    await Promise.all(
      this.database.proxy.hosts.map(async (host) => {
        const directory = join(this.context.directory, host.name);
        const isNew = !existsSync(directory);
        if (isNew) mkdirSync(directory);
        this.writeProxy(host.name, this.primary?.host.address ?? "");
        const command = [...within(host.name), ...this.as("TERM"), "pgbouncer", join(directory, "pgbouncer.ini")];
        const program = processes.start({ name: "pgbouncer", command, directory });
        this.proxies.set(host.name, program);
        const isReady = () => program.printed().includes("process up");
        await program.becomes(`PgBouncer of ${host.name} did not start`, isReady, SECONDS, signal);
      }),
    );
  }

  private writeProxy(name: string, primary: string): void {
    const directory = join(this.context.directory, name);
    const host = this.database.proxy.hosts.find((each) => each.name === name);
    if (host === undefined) return;
    const { key, certificate } = this.context;
    writeFileSync(
      join(directory, "pgbouncer.ini"),
      renderPgBouncer(this.database, host, primary, { directory, key, certificate }),
    );
    writeFileSync(join(directory, "users"), `"${this.database.user}" "${this.password}"\n`);
  }

  /** Becomes PostgreSQL's user within a host, where only root can go. */
  private as(signal: "INT" | "TERM"): string[] {
    const { uid, gid } = this.user;
    return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--pdeathsig", signal];
  }
}
