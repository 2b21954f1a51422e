import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { waitUntil } from "@dev-one/cli/test/processes";

/** Directories of PostgreSQL's server programs, which Debian keeps out of PATH; the newest version first. */
const PROGRAMS = [
  process.env.DEV_ONE_POSTGRES ?? "",
  ...(existsSync("/usr/lib/postgresql")
    ? readdirSync("/usr/lib/postgresql")
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => `/usr/lib/postgresql/${version}/bin`)
    : []),
  ...(process.env.PATH ?? "").split(delimiter),
];

/** The password of the master user, in place of an IAM authentication token. */
export const TOKEN = "token of the master user";

/**
 * A PostgreSQL as RDS makes it: `rdsadmin` is the superuser, and the master user `postgres` is none, owns the databases `postgres`,
 * `template1` and `app`, and may create roles and databases. It accepts TLS with a certificate for the proxy's name, and logs each statement.
 */
export class RdsLike {
  readonly certificate: string;
  private readonly server: ChildProcess;

  private constructor(
    private readonly directory: string,
    readonly port: number,
    private readonly endpoint: string,
    identity: { readonly uid?: number; readonly gid?: number },
  ) {
    this.certificate = readFileSync(join(directory, "server.crt"), "utf8");
    const settings = [
      ...["ssl=on", `ssl_cert_file=${directory}/server.crt`, `ssl_key_file=${directory}/server.key`],
      ...[`port=${port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${directory}`],
      ...["log_statement=all", "log_connections=on", "fsync=off"],
    ].flatMap((setting) => ["-c", setting]);
    this.server = spawn(program("postgres"), ["-D", join(directory, "data"), ...settings], {
      ...identity,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.log += text;
    });
  }

  /** What PostgreSQL logged. */
  log = "";

  static async start(endpoint: string): Promise<RdsLike> {
    const directory = mkdtempSync(join(tmpdir(), "dev-one-rds-"));
    // PostgreSQL refuses to run as root.
    const isRoot = process.getuid?.() === 0;
    const id = (option: string) => Number(execFileSync("id", [option, "nobody"], { encoding: "utf8" }));
    const identity = isRoot ? { uid: id("-u"), gid: id("-g") } : {};
    const certificate = ["-keyout", join(directory, "server.key"), "-out", join(directory, "server.crt"), "-nodes"];
    const subject = ["-subj", "/CN=proxy", "-addext", `subjectAltName=DNS:${endpoint}`];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-days", "1", ...certificate, ...subject], {
      stdio: "ignore",
    });
    mkdirSync(join(directory, "data"));
    if (isRoot) {
      for (const name of ["", "data", "server.key", "server.crt"]) {
        chownSync(join(directory, name), identity.uid ?? 0, identity.gid ?? 0);
      }
    }
    const options = [
      "--username=rdsadmin",
      "--auth-local=trust",
      "--auth-host=scram-sha-256",
      "--no-sync",
      "--locale=C",
    ];
    execFileSync(program("initdb"), ["-D", join(directory, "data"), ...options], { ...identity, stdio: "ignore" });
    const rds = new RdsLike(directory, await freePort(), endpoint, identity);
    await waitUntil(() => {
      try {
        rds.admin("SELECT 1");
        return true;
      } catch {
        return false;
      }
    });
    rds.admin(`CREATE ROLE rds_iam; CREATE ROLE postgres LOGIN CREATEDB CREATEROLE PASSWORD '${TOKEN}'`);
    rds.admin("GRANT rds_iam TO postgres WITH ADMIN OPTION");
    rds.admin("ALTER DATABASE postgres OWNER TO postgres");
    rds.admin("ALTER DATABASE template1 OWNER TO postgres");
    rds.admin("CREATE DATABASE app OWNER postgres");
    return rds;
  }

  /** Runs statements as the superuser. */
  admin(statements: string, database = "postgres"): string {
    const options = [
      "-X",
      "-At",
      "-v",
      "ON_ERROR_STOP=1",
      "-U",
      "rdsadmin",
      "-h",
      this.directory,
      "-p",
      String(this.port),
    ];
    return execFileSync("psql", [...options, "-d", database], {
      input: statements,
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  }

  /** The same as a command of a shell, for another process. */
  adminCommand(statement: string): string {
    return `psql -X -q -U rdsadmin -h ${this.directory} -p ${this.port} -d postgres -c "${statement}"`;
  }

  /** Runs statements as another user, as RDS Proxy logs in: with a password. @returns rows, or PostgreSQL's message */
  as(user: string, password: string, database: string, statements: string): string {
    const options = ["-X", "-At", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse"];
    try {
      return execFileSync("psql", options, {
        input: statements,
        encoding: "utf8",
        stdio: "pipe",
        env: { PATH: process.env.PATH, ...this.connection(user, password, database) },
      }).trim();
    } catch (error) {
      return (error as { stderr: string }).stderr.trim();
    }
  }

  connection(user: string, password: string, database: string) {
    return {
      ...{ PGHOST: this.endpoint, PGHOSTADDR: "127.0.0.1", PGPORT: String(this.port), PGSSLMODE: "require" },
      ...{ PGUSER: user, PGPASSWORD: password || "none", PGDATABASE: database },
    };
  }

  async stop(): Promise<void> {
    this.server.kill("SIGINT");
    await new Promise((resolve) => this.server.once("close", resolve));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function program(name: string): string {
  const found = PROGRAMS.map((directory) => join(directory, name)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${name} is missing: install postgresql`);
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
