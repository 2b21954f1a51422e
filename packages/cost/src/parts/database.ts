import type { DatabaseClass } from "../prices";
import {
  flagOf,
  numberOf,
  optionalNumberOf,
  own,
  printable,
  type Resource,
  textOf,
  unpriced,
} from "../resources/resource";
import { type Context, line, type LineItem, type Part } from "./part";

const NAME = "database";
const FREE_INSIGHTS_DAYS = 7;

export const database: Part = {
  name: NAME,
  types: ["aws_db_instance"],
  lines: (context) => context.of("aws_db_instance").flatMap((instance) => instanceLines(context, instance)),
};

/** @throws UserError when the list has no price for the instance class */
export function databaseClassOf({ list }: Context, instance: Resource): DatabaseClass {
  const name = textOf(instance, "instance_class");
  const found = Object.hasOwn(list.databaseClasses, name) ? list.databaseClasses[name] : undefined;
  if (found !== undefined) return found;
  throw unpriced(
    instance,
    `the database class ${printable(name)} in ${list.region}`,
    `add it to packages/cost/src/prices/${list.region}.ts with its source`,
  );
}

function instanceLines(context: Context, instance: Resource): LineItem[] {
  checkKind(instance);
  const { prices } = context.list;
  const { singleAz, multiAz } = databaseClassOf(context, instance);
  const isMultiAz = flagOf(instance.values, "multi_az");
  const storage = numberOf(instance, "allocated_storage");
  const one = { value: 1, label: "instance" };
  return [
    line(
      NAME,
      `PostgreSQL, ${textOf(instance, "instance_class")}, ${isMultiAz ? "with standby (Multi-AZ)" : "one zone"}`,
      isMultiAz ? multiAz : singleAz,
      one,
      context.hours,
    ),
    line(NAME, "Storage, gp3", isMultiAz ? prices.databaseStorageMultiAz : prices.databaseStorageSingleAz, {
      value: storage,
      label: "GB",
    }),
    line(NAME, "Backups beyond the free size of the storage", prices.databaseBackup, {
      value: Math.max(0, context.assumptions.databaseBackups - storage),
      label: `GB (${context.assumptions.databaseBackups} - ${storage})`,
      assumed: true,
    }),
  ];
}

function checkKind(instance: Resource): void {
  const add = "add its price to packages/cost/src/parts/database.ts";
  if (textOf(instance, "engine") !== "postgres") throw unpriced(instance, "an engine other than PostgreSQL", add);
  if (textOf(instance, "storage_type") !== "gp3") throw unpriced(instance, "storage other than gp3", add);
  const days = optionalNumberOf(instance, "performance_insights_retention_period") ?? FREE_INSIGHTS_DAYS;
  if (days > FREE_INSIGHTS_DAYS) throw unpriced(instance, `Performance Insights for ${days} days`, add);
  // The provider reads an unset value back as an empty string.
  if ((own(instance.values, "replicate_source_db") ?? "") !== "") throw unpriced(instance, "a read replica", add);
}
