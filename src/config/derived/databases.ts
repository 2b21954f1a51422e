import type { Environment } from "../schema/environment";
import { type PlacedService, servicesOf } from "./services";

/** The database that RDS creates with the instance. It cannot be another one: a change would replace the instance. */
export const FIRST_DATABASE = "app";

/** Master user, whose password RDS manages. No program connects as it: `npm run database-users` does. */
export const MASTER_USER = "postgres";

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
