import type { DBEngineVersion, OrderableDBInstanceOption } from "@aws-sdk/client-rds";
import type { Resource } from "@dev-one/terraform-json/resources";

import { attempt, type Check } from "../context";
import { type Finding, ok, stop, warning } from "../finding";

/**
 * The newest major version of PostgreSQL that RDS Proxy supports in every region, as far as this project knows: RDS has no action that says
 * it, and newer versions come region by region. Zones without RDS Proxy are refused at synthesis (src/config/validation).
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.RDS_Fea_Regions_DB-eng.Feature.RDSProxy.html
 */
const NEWEST_WITH_PROXY = 17;

export const database: Check = {
  title: "database and proxy",
  run: async ({ stacks: { platform }, aws: { rds, ec2 } }) => {
    const instance = platform.only("aws_db_instance");
    const family = platform.only("aws_db_parameter_group").text("family") ?? "";
    const major = Number(instance.text("engine_version"));
    const versions = await attempt("PostgreSQL", "rds:DescribeDBEngineVersions", async () => {
      const asked = { Engine: "postgres", DBParameterGroupFamily: family };
      const { DBEngineVersions = [] } = await rds.describeDBEngineVersions(asked);
      const newest = newestOf(DBEngineVersions);
      if (newest === undefined) return [version(major, undefined)];
      const DBInstanceClass = instance.text("instance_class") ?? "";
      const options = attempt(DBInstanceClass, "rds:DescribeOrderableDBInstanceOptions", async () => {
        const [{ OrderableDBInstanceOptions = [] }, { AvailabilityZones = [] }] = await Promise.all([
          rds.describeOrderableDBInstanceOptions({
            Engine: "postgres",
            EngineVersion: newest,
            DBInstanceClass,
            Vpc: true,
          }),
          ec2.describeAvailabilityZones({}),
        ]);
        const ids = new Map(AvailabilityZones.map(({ ZoneName = "", ZoneId = "" }) => [ZoneName, ZoneId]));
        return orderable(instance, OrderableDBInstanceOptions, ids);
      });
      return [version(major, newest), ...(await options)];
    });
    return [...versions, proxy(major)];
  },
};

/** The highest minor version that can be created. */
export function newestOf(versions: readonly DBEngineVersion[]): string | undefined {
  return versions
    .filter(({ Status = "available" }) => Status === "available")
    .flatMap(({ EngineVersion }) => EngineVersion ?? [])
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))[0];
}

export function version(major: number, newest: string | undefined): Finding {
  if (newest !== undefined) return ok("PostgreSQL", `${newest} is the newest of ${major}`);
  return stop("PostgreSQL", `RDS offers no ${major} here`, "choose another database.majorVersion in src/environments");
}

export function proxy(major: number): Finding {
  const subject = "RDS Proxy";
  if (major <= NEWEST_WITH_PROXY) return ok(subject, `supports PostgreSQL ${major}`);
  return warning(
    subject,
    `may not support PostgreSQL ${major} in this region; up to ${NEWEST_WITH_PROXY} it does`,
    `look it up in "Supported Regions and DB engines for Amazon RDS Proxy", or choose database.majorVersion ${NEWEST_WITH_PROXY}`,
  );
}

/** Whether RDS sells what a DB instance needs, in enough of its zones. @param zoneIds Availability Zone ids by the account's zone names */
export function orderable(
  instance: Resource,
  options: readonly OrderableDBInstanceOption[],
  zoneIds: ReadonlyMap<string, string>,
): Finding {
  const subject = instance.text("instance_class") ?? "";
  const change = "choose another database.instanceClass in src/environments";
  const storage = instance.text("storage_type");
  const option = options.find(({ StorageType }) => StorageType === storage);
  if (option === undefined)
    return stop(subject, `RDS offers it neither here nor with ${storage ?? "any storage"}`, change);
  const isMultiAz = instance.flag("multi_az") === true;
  const gib = [instance.number("allocated_storage") ?? 0, instance.number("max_allocated_storage") ?? 0];
  const { MinStorageSize = 0, MaxStorageSize = Number.POSITIVE_INFINITY } = option;
  const problems = [
    isMultiAz && option.MultiAZCapable !== true && "no Multi-AZ",
    option.SupportsEnhancedMonitoring !== true && "no Enhanced Monitoring",
    option.SupportsIAMDatabaseAuthentication !== true && "no IAM database authentication",
    option.SupportsPerformanceInsights !== true && "no Performance Insights",
    option.SupportsStorageEncryption !== true && "no encryption",
    Math.min(...gib) < MinStorageSize && `at least ${MinStorageSize} GiB`,
    Math.max(...gib) > MaxStorageSize && `at most ${MaxStorageSize} GiB`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) return stop(subject, problems.join("; "), change);
  const wanted = instance
    .targets("db_subnet_group_name")
    .flatMap((group) => group.targets("subnet_ids"))
    .flatMap((subnet) => subnet.text("availability_zone_id") ?? []);
  const offered = (option.AvailabilityZones ?? []).flatMap(({ Name = "" }) => zoneIds.get(Name) ?? []);
  const inZones = wanted.filter((id) => offered.includes(id));
  const missing = wanted.filter((id) => !offered.includes(id));
  if (inZones.length < (isMultiAz ? 2 : 1)) return stop(subject, `not offered in ${missing.join(", ")}`, change);
  if (missing.length === 0) return ok(subject, `offered in ${wanted.join(", ")}`);
  return warning(subject, `not offered in ${missing.join(", ")}: a restore there fails`, change);
}
