import rds from "./rds.json";

/** Instance classes that RDS offers for PostgreSQL in some region; rds.json names source and date. */
const published: Readonly<Record<string, number>> = rds.classes;

export const databaseClassNames: readonly string[] = Object.keys(published);

/** Instance classes that RDS offers for PostgreSQL in a region. */
export function databaseClassesIn(region: string): readonly string[] {
  return Object.entries(published)
    .filter(([, offeredIn]) => rds.offeredIn[offeredIn]?.includes(region))
    .map(([name]) => name);
}
