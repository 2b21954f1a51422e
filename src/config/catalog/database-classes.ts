import { instanceType } from "./instance-types";
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

/** Memory of an instance class, GiB: that of the EC2 type of the same name; db.x2g is the series x2gd. @throws RangeError for an unknown class */
export function databaseMemoryGib(name: string): number {
  return instanceType(name.replace(/^db\./, "").replace(/^x2g\./, "x2gd.")).memoryGib;
}
