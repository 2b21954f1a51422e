import { databaseClassNames } from "../catalog/database-classes";
import { databasesOf } from "../derived/databases";
import type { Environment } from "../schema/environment";
import type { Problem } from "./configuration-error";
import { similar, UPDATE_CATALOG } from "./suggestions";

/** Longest name of a role. @see https://www.postgresql.org/docs/current/limits.html (identifier length) */
const LONGEST_NAME = 63;

/**
 * Names that PostgreSQL, RDS or RDS Proxy use themselves, in lower case.
 * @see https://www.postgresql.org/docs/current/sql-createrole.html (pg_ is reserved)
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html
 */
const TAKEN = /^(rds.*|pg_.*|postgres|template[01]|public|none)$/;
const TAKEN_NAMES = "postgres, template0, template1, public, none, and names that start with rds or pg_";

/** Databases of services and their users. Users are unique, because names of services have no underscore. */
export function* checkDatabases(environment: Environment): Iterable<Problem> {
  const owners = new Map<string, string>();
  for (const { service, name, user } of databasesOf(environment)) {
    const path = `services.${service}.database.name`;
    const owner = owners.get(name);
    owners.set(name, owner ?? service);
    if (owner !== undefined) {
      yield { path, problem: `${name} is already the database of ${owner}`, remedy: "give each service its own" };
    }
    if (TAKEN.test(name)) {
      yield { path, problem: `the name "${name}" is reserved`, remedy: `avoid ${TAKEN_NAMES}` };
    }
    if (TAKEN.test(user)) {
      yield {
        path: `services.${service}`,
        problem: `its database user would be "${user}", which is reserved`,
        remedy: `choose a name of the service other than ${TAKEN_NAMES}`,
      };
    }
    if (user.length > LONGEST_NAME) {
      yield {
        path: `services.${service}`,
        problem: `its database user would have ${user.length} characters, and PostgreSQL allows ${LONGEST_NAME}`,
        remedy: "shorten the name of the service",
      };
    }
  }
}

/** RDS has the instance class for PostgreSQL in some region. */
export function* checkDatabaseClass({ database: { instanceClass } }: Environment): Iterable<Problem> {
  if (databaseClassNames.includes(instanceClass)) return;
  yield {
    path: "database.instanceClass",
    problem: `${instanceClass} is not listed in src/config/catalog/rds.json`,
    remedy: `use another such as ${similar(instanceClass, databaseClassNames)}, or ${UPDATE_CATALOG}`,
  };
}
