import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { rootCertificates } from "node:tls";

import { isExecutable } from "@dev-one/cli/executable";
import { InterruptedError, UserError } from "@dev-one/cli/user-error";

import {
  databasesOf,
  databaseUserSecretName,
  type Environment,
  environments,
  MASTER_USER,
  prefix,
  type ServiceDatabase,
  stackNames,
} from "../../../../src/environments";
import { DatabaseAws, type Tunnel } from "./database-aws";
import { alterPassword, closeOwnDatabases, ensureOwner } from "./database-sql";
import { Psql } from "./psql";

/** Programs that must be on PATH, and where they come from. */
const PROGRAMS = {
  aws: "the AWS CLI, https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
  "session-manager-plugin":
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html",
  psql: "the client of PostgreSQL, such as the package postgresql-client",
};

/** Servers that are tried one after the other. */
const MOST_SERVERS = 3;

/** Start of the id of a version that Terraform wrote (src/database/database-user.ts): the password of no user. */
const TERRAFORM = "terraform-";

export interface DatabaseUsersOptions {
  /** Platform stack, such as `staging`. */
  readonly stack: string;
  readonly region: string;
  readonly say: (line: string) => void;
  /** Services whose user gets another password. @default none; each user without a password gets one */
  readonly rotate?: readonly string[];
  /** Whether nothing is done where each user has a password. @default false */
  readonly onlyNew?: boolean;
  /** Ends the work early. @default never */
  readonly signal?: AbortSignal;
  /** @default that of the stack */
  readonly environment?: Environment;
  /** Certificates that may sign the proxy's, as PEM. @default those that Node.js brings, with Amazon's */
  readonly certificates?: readonly string[];
}

type Owned = ServiceDatabase & { readonly service: string };

/**
 * Creates the database and the user of each service that has none, and gives users without a password one. A second run changes nothing.
 *
 * It connects to RDS Proxy as the master user with an IAM authentication token of its own, through Systems Manager and a server: servers
 * have no permission to do so. Passwords are in secrets only: not in arguments, statements, or output.
 *
 * @throws UserError naming what failed
 */
export async function ensureDatabaseUsers(options: DatabaseUsersOptions): Promise<void> {
  const { stack, region, say, rotate = [], signal } = options;
  const { environment = environments.find((each) => stackNames(each).platform === stack) } = options;
  if (environment === undefined) throw new UserError(`${stack} is no platform stack.`);
  const owned = databasesOf(environment);
  const unknown = rotate.filter((service) => !owned.some((each) => each.service === service));
  if (unknown.length > 0) {
    const known = owned.map(({ service }) => service).join(", ");
    throw new UserError(`${unknown.join(", ")}: no service of ${environment.name} with a database; use ${known}.`);
  }
  if (owned.length === 0) {
    say(`${stack}: no service has a database.`);
    return;
  }
  const aws = new DatabaseAws(region);
  if (options.onlyNew === true) {
    refuseMissingPrograms("aws");
    const secrets = owned.map(({ service }) => databaseUserSecretName(environment, service));
    if (!(await Promise.all(secrets.map((secret) => needsPassword(aws, secret)))).includes(true)) return;
  }
  refuseMissingPrograms(...Object.keys(PROGRAMS));

  const host = await aws.endpoint(prefix(environment));
  const tunnel = await reach(aws, host, environment);
  const onAbort = () => void tunnel.close();
  signal?.addEventListener("abort", onAbort);
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-database-"));
  try {
    const certificates = join(scratch, "certificates.pem");
    writeFileSync(certificates, (options.certificates ?? rootCertificates).join("\n"));
    const token = await aws.token(host, MASTER_USER);
    const open = (database: string) =>
      new Psql({
        PGHOST: host,
        PGHOSTADDR: "127.0.0.1",
        PGPORT: String(tunnel.port),
        PGUSER: MASTER_USER,
        PGPASSWORD: token,
        PGDATABASE: database,
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: certificates,
        PGCONNECT_TIMEOUT: "20",
      });
    const master = open("postgres");
    try {
      await closeOwnDatabases(master);
      for (const each of owned) {
        const created = await ensureOwner(master, each, open);
        const secret = databaseUserSecretName(environment, each.service);
        const isNew = created.createsUser || (await needsPassword(aws, secret));
        if (isNew || rotate.includes(each.service)) await setPassword(master, aws, secret, each.user);
        say(`${each.service}: ${describe(each, created.createsDatabase, created.createsUser, isNew, rotate)}.`);
      }
    } finally {
      await master.close();
    }
  } catch (error) {
    throw signal?.aborted === true ? new InterruptedError() : error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    await tunnel.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function describe(
  { service, name, user }: Owned,
  createsDatabase: boolean,
  createsUser: boolean,
  isNew: boolean,
  rotate: readonly string[],
): string {
  const done = [
    createsDatabase ? `database ${name} created` : undefined,
    createsUser ? `user ${user} created` : undefined,
    !createsUser && (isNew || rotate.includes(service)) ? `password of ${user} changed` : undefined,
  ].filter((each) => each !== undefined);
  return done.length > 0 ? done.join(", ") : `database ${name} and user ${user} are there`;
}

/** Whether the secret's value is that of Terraform, or a run was interrupted while it changed the password. */
async function needsPassword(aws: DatabaseAws, secret: string): Promise<boolean> {
  const versions = Object.entries(await aws.labels(secret));
  const current = versions.find(([, labels]) => labels.includes("AWSCURRENT"))?.[0];
  return current?.startsWith(TERRAFORM) !== false || versions.some(([, labels]) => labels.includes("AWSPENDING"));
}

/**
 * Changes a password. RDS Proxy logs in with the value that it read before; when that fails, or at any other time, it reads the current one.
 * So the secret changes first, and the transaction that is open already ends right after it: between the two, only a login with the new
 * value fails. Connections that are open stay open.
 */
async function setPassword(master: Psql, aws: DatabaseAws, secret: string, user: string): Promise<void> {
  const password = randomBytes(32).toString("base64url");
  const { id, before } = await aws.putPending(secret, { username: user, password });
  await master.run(`BEGIN; ${alterPassword(user, password)}`);
  await aws.moveCurrent(secret, id, before);
  try {
    await master.run("COMMIT");
  } catch (error) {
    // The password is the former one. The label AWSPENDING stays, so that the next run changes it.
    if (before !== undefined) await aws.moveCurrent(secret, before, id);
    throw error;
  }
  await aws.endPending(secret, id);
}

/** A port of this machine that reaches the proxy, through the first of some servers with which it works. */
async function reach(aws: DatabaseAws, host: string, environment: Environment): Promise<Tunnel> {
  const group = `${prefix(environment)}-servers`;
  const servers = (await aws.instances(group)).slice(0, MOST_SERVERS);
  if (servers.length === 0) throw new UserError(`No instance of the security group ${group} is running.`);
  const problems: string[] = [];
  for (const server of servers) {
    try {
      return await aws.forward(server, host);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(`${server}: ${error.message}`);
    }
  }
  throw new UserError(["RDS Proxy cannot be reached through a server:", ...problems].join("\n"));
}

function refuseMissingPrograms(...needed: readonly string[]): void {
  const directories = (process.env.PATH ?? "").split(delimiter);
  const missing = Object.entries(PROGRAMS).filter(
    ([program]) => needed.includes(program) && !directories.some((directory) => isExecutable(join(directory, program))),
  );
  if (missing.length === 0) return;
  const sentences = missing.map(([program, source]) => `${program} is not on PATH (${source}).`);
  throw new UserError(sentences.join("\n"));
}
