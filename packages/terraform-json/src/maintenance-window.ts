import type { JsonObject } from "@dev-one/cli/json";

/**
 * Attributes of a database that RDS changes in the maintenance window, unless the change is applied immediately. Until then RDS reports
 * the former values, and every plan shows the change again.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
 */
const DEFERRED: ReadonlySet<string> = new Set([
  "allocated_storage",
  "engine_version",
  "instance_class",
  "iops",
  "multi_az",
  "storage_throughput",
  "storage_type",
]);

/** Anything else is not shown: the window of a plan is written without quotes. */
const WINDOW = /^[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d$/i;

/** The maintenance window in which RDS changes an attribute of a database, such as `sun:03:30-sun:04:30 UTC`; undefined for now. */
export function maintenanceWindowOf(database: JsonObject, attribute: string): string | undefined {
  if (!DEFERRED.has(attribute) || database.apply_immediately === true) return undefined;
  const window = database.maintenance_window ?? database.preferred_maintenance_window;
  return typeof window === "string" && WINDOW.test(window) ? `${window} UTC` : "of the database";
}
