import { databaseMemoryGib } from "../catalog/database-classes";
import type { Environment } from "../schema/environment";
import { type PlacedService, servicesOf } from "./services";

/** The database that RDS creates with the instance. It cannot be another one: a change would replace the instance. */
export const FIRST_DATABASE = "app";

/** Master user, whose password RDS manages. No program connects as it: `npm run database-users` does. */
export const MASTER_USER = "postgres";

/** Share of PostgreSQL's connections that RDS Proxy may open, percent. A tenth stays free for people and for RDS. */
export const PROXY_CONNECTIONS_PERCENT = 90;

/** Bytes of memory for each connection, and most connections, in the default of RDS for PostgreSQL. */
const BYTES_PER_CONNECTION = 9_531_392;
const MOST_CONNECTIONS = 5000;
/** Share of the memory of a class that RDS leaves to PostgreSQL, rounded down: 413 connections are reported for 4 GiB, 856 for 8. */
const MEMORY_SHARE = 0.9;

/**
 * `max_connections` of PostgreSQL, set in the parameter group, so that alerts know it. The default of RDS follows from memory that RDS does
 * not publish.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections (December 2026)
 */
export function maxConnections(environment: Pick<Environment, "database">): number {
  const bytes = databaseMemoryBytes(environment) * MEMORY_SHARE;
  return Math.min(Math.floor(bytes / BYTES_PER_CONNECTION), MOST_CONNECTIONS);
}

/** Memory of the instance class of PostgreSQL, bytes. */
export function databaseMemoryBytes({ database: { instanceClass } }: Pick<Environment, "database">): number {
  return databaseMemoryGib(instanceClass) * 1024 ** 3;
}

/** A service's own database, and the user as which it connects and which owns the database. */
export interface ServiceDatabase {
  readonly name: string;
  readonly user: string;
}

/** The database of a service; undefined for a service without one. */
export function databaseOf({
  name: service,
  database,
}: Pick<PlacedService, "name" | "database">): ServiceDatabase | undefined {
  const user = service.replaceAll("-", "_");
  return database === undefined ? undefined : { name: database.name ?? user, user };
}

/** The database of each service that has one, with the name of the service. */
export function databasesOf(environment: Environment): (ServiceDatabase & { readonly service: string })[] {
  return servicesOf(environment).flatMap((service) => {
    const database = databaseOf(service);
    return database === undefined ? [] : [{ service: service.name, ...database }];
  });
}

/**
 * Name of the secret of a database user. One segment behind the environment, because a service itself may read the secrets below
 * its own name, and the password is RDS Proxy's alone.
 */
export function databaseUserSecretName({ name }: Pick<Environment, "name">, service: string): string {
  return `dev-one/${name}/database-user-${service}`;
}
