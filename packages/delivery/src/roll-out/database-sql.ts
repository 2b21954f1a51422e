import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

import type { ServiceDatabase } from "../../../../src/environments";
import { identifier, literal, type Psql } from "./psql";

/** PostgreSQL's default (`scram_iterations`). */
const ITERATIONS = 4096;

/**
 * What PostgreSQL stores for a password. A statement with it instead of the password may be logged, for example by
 * `log_min_duration_statement`.
 * @see https://www.postgresql.org/docs/current/catalog-pg-authid.html
 */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const hmac = (message: string) => createHmac("sha256", salted).update(message).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}

/** Sets a password, as a statement. */
export const alterPassword = (user: string, password: string): string =>
  `ALTER ROLE ${identifier(user)} PASSWORD ${literal(scramVerifier(password))}`;

/**
 * Closes the databases of the master user to others. The database `postgres` stays open: RDS Proxy needs it, AWS does not document with
 * which user, and it holds no data.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.troubleshooting.html
 */
export async function closeOwnDatabases(master: Psql): Promise<void> {
  const own = `datdba = CURRENT_USER::regrole AND datname <> 'postgres'`;
  for (const name of await master.run(`SELECT datname FROM pg_database WHERE ${own}`)) {
    await master.run(`REVOKE ALL ON DATABASE ${identifier(name)} FROM PUBLIC`);
  }
}

/**
 * Creates the user and its database, or corrects them. The master user of RDS is no superuser: to give a database to another role it must be
 * a member of that role (from PostgreSQL 16 on with SET), for as long as it takes.
 * @param openDatabase a session of the master user in another database
 * @returns what was created
 * @see https://www.postgresql.org/docs/current/sql-alterdatabase.html
 */
export async function ensureOwner(
  master: Psql,
  { name, user }: ServiceDatabase,
  openDatabase: (name: string) => Psql,
): Promise<{ readonly createsUser: boolean; readonly createsDatabase: boolean }> {
  const [role, database] = [identifier(user), identifier(name)];
  const isThere = async (query: string) => (await master.run(query)).length > 0;
  const createsUser = !(await isThere(`SELECT 1 FROM pg_roles WHERE rolname = ${literal(user)}`));
  await master.run(`${createsUser ? "CREATE" : "ALTER"} ROLE ${role} LOGIN NOCREATEDB NOCREATEROLE`);
  // A member of rds_iam cannot log in with a password, as RDS Proxy does.
  const granted = `SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
    WHERE m.member = ${literal(role)}::regrole AND g.rolname LIKE 'rds%'`;
  for (const group of await master.run(granted)) await master.run(`REVOKE ${identifier(group)} FROM ${role}`);

  const createsDatabase = !(await isThere(`SELECT 1 FROM pg_database WHERE datname = ${literal(name)}`));
  await master.run(`GRANT ${role} TO CURRENT_USER`);
  await master.run(createsDatabase ? `CREATE DATABASE ${database} OWNER ${role}` : giveDatabase(database, role));
  await master.run(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  if (!createsDatabase) await giveObjects(openDatabase(name), role);
  await master.run(`REVOKE ${role} FROM CURRENT_USER`);
  return { createsUser, createsDatabase };
}

const giveDatabase = (database: string, role: string): string => `ALTER DATABASE ${database} OWNER TO ${role}`;

/**
 * Gives what the master user owns in a database to the user of the service: programs that connected as the master user created it.
 * Sequences of columns follow their tables.
 */
async function giveObjects(session: Psql, role: string): Promise<void> {
  try {
    const tables = `SELECT format('ALTER TABLE %I.%I OWNER TO ', n.nspname, c.relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relowner = CURRENT_USER::regrole AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND n.nspname !~ '^(pg_|information_schema$)'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
          AND d.deptype IN ('a', 'i', 'e') AND d.refobjsubid > 0)`;
    const schemas = `SELECT format('ALTER SCHEMA %I OWNER TO ', nspname) FROM pg_namespace
      WHERE nspowner = CURRENT_USER::regrole AND nspname !~ '^(pg_|information_schema$)'`;
    for (const statement of [...(await session.run(schemas)), ...(await session.run(tables))]) {
      await session.run(`${statement}${role}`);
    }
  } finally {
    await session.close();
  }
}
