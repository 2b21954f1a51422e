import type { Json } from "@dev-one/cli/json";

import { approve, type Danger, type Finding } from "../finding";
import { blocks, type Change, shown } from "../model/change";
import { type Phrase, say } from "../text";

const DATABASES: ReadonlySet<string> = new Set([
  "aws_db_instance",
  "aws_docdb_cluster",
  "aws_neptune_cluster",
  "aws_rds_cluster",
  "aws_rds_cluster_instance",
]);

/** Effects of a change of a database: a restart, an upgrade that cannot be reverted, less to restore from. */
export function checkDatabase(change: Change): Finding[] {
  if (change.before === undefined || change.after === undefined) return [];
  if (change.type === "aws_db_proxy") return checkProxy(change);
  return DATABASES.has(change.type) ? checkChange(change, change.before, change.after) : [];
}

type Side = Readonly<Record<string, Json>>;

function checkChange(change: Change, before: Side, after: Side): Finding[] {
  const findings: Finding[] = [];
  const add = (title: Phrase, danger: Danger = "safe"): void => {
    findings.push(approve("database", danger, change, title));
  };
  const differs = (attribute: string): boolean =>
    after[attribute] !== undefined && after[attribute] !== null && before[attribute] !== after[attribute];
  const fromTo = (attribute: string): Phrase => say`${shown(after[attribute])} instead of ${shown(before[attribute])}`;
  const when = after.apply_immediately === true ? "immediately" : "in the next maintenance window";

  if (differs("instance_class"))
    add(say`Instance class ${fromTo("instance_class")}: the database restarts or fails over ${[when]}`);
  if (differs("engine_version")) {
    const isMajor = major(before.engine_version) !== major(after.engine_version);
    add(
      isMajor
        ? say`Major version upgrade, ${fromTo("engine_version")}: it takes minutes and cannot be reverted`
        : say`Engine version ${fromTo("engine_version")}: the database restarts`,
      isMajor ? "data loss" : "safe",
    );
  }
  if (differs("multi_az")) {
    add(
      after.multi_az === true
        ? ["Multi-AZ is switched on"]
        : ["Multi-AZ is switched off: the database is unavailable when its Availability Zone fails"],
    );
  }
  for (const attribute of ["allocated_storage", "max_allocated_storage", "iops", "storage_throughput"]) {
    if (differs(attribute)) add(say`${attribute}: ${fromTo(attribute)}`);
  }
  if (differs("storage_type")) add(say`Storage type ${fromTo("storage_type")}`);
  if (differs("parameter_group_name"))
    add(say`Parameter group ${fromTo("parameter_group_name")}: some parameters need a restart`);
  if (differs("ca_cert_identifier"))
    add(say`Certificate authority ${fromTo("ca_cert_identifier")}: clients must trust it`);
  if (before.iam_database_authentication_enabled === true && after.iam_database_authentication_enabled === false) {
    add(["IAM database authentication is switched off"], "identity");
  }
  if (before.manage_master_user_password === true && after.manage_master_user_password !== true) {
    add(["RDS no longer manages and rotates the master password"], "identity");
  }
  if (before.apply_immediately !== true && after.apply_immediately === true) {
    add(["Changes are applied immediately, outside the maintenance window"]);
  }
  return findings;
}

function checkProxy(change: Change): Finding[] {
  const authentication = (side: Side | undefined): string[] =>
    blocks(side?.auth).map(({ iam_auth: iam }) => shown(iam));
  if (!authentication(change.before).includes("REQUIRED")) return [];
  if (authentication(change.after).every((each) => each === "REQUIRED")) return [];
  return [approve("database", "identity", change, ["RDS Proxy no longer requires IAM authentication"])];
}

const major = (version: Json | undefined): string => shown(version).split(".")[0] ?? "";
