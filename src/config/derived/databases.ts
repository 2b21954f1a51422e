import type { Service } from "../schema/service";

/** The database of a service, and the user as which it connects. */
export interface ServiceDatabase {
  readonly name: string;
  readonly user: string;
}

/** The database of a service; undefined for a service without one. */
export function databaseOf({ database }: Pick<Service, "database">): ServiceDatabase | undefined {
  return database ? { name: "app", user: "postgres" } : undefined;
}
