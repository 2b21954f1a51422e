import type { Json, JsonObject } from "@dev-one/cli/json";
import { maintenanceWindowOf } from "@dev-one/terraform-json/maintenance-window";

import { approve, type Danger, type Finding } from "../finding";
import { blocks, type Change, isUnknownAfter, shown } from "../model/change";
import { listed, type Phrase, say } from "../text";

const DATABASES = /^aws_(db_instance|(docdb|neptune|rds)_cluster|rds_cluster_instance)$/;

/** Other values of an attribute, and what they do. */
const CHANGES: Readonly<Record<string, (fromTo: Phrase) => Phrase>> = {
  instance_class: (fromTo) => say`Instance class ${fromTo}: the database restarts or fails over`,
  allocated_storage: (fromTo) => say`${"allocated_storage"}: ${fromTo}`,
  max_allocated_storage: (fromTo) => say`${"max_allocated_storage"}: ${fromTo}`,
  iops: (fromTo) => say`${"iops"}: ${fromTo}`,
  storage_throughput: (fromTo) => say`${"storage_throughput"}: ${fromTo}`,
  storage_type: (fromTo) => say`Storage type ${fromTo}`,
  parameter_group_name: (fromTo) => say`Parameter group ${fromTo}: some parameters need a restart`,
  ca_cert_identifier: (fromTo) => say`Certificate authority ${fromTo}: clients must trust it`,
};

const SWITCHES: readonly (readonly [attribute: string, isOn: boolean, effect: string, Danger])[] = [
  ["multi_az", true, "Multi-AZ is switched on", "safe"],
  ["multi_az", false, "Multi-AZ is switched off: the database is unavailable when its Availability Zone fails", "safe"],
  ["iam_database_authentication_enabled", false, "IAM database authentication is switched off", "identity"],
  ["manage_master_user_password", false, "RDS no longer manages and rotates the master password", "identity"],
  ["apply_immediately", true, "Changes are applied immediately, outside the maintenance window", "safe"],
];

/** Effects of a change of a database: a restart, an upgrade that cannot be reverted or that RDS refuses, less to restore from. */
export function checkDatabase(change: Change): Finding[] {
  const { type, before, after } = change;
  if (before === undefined || after === undefined) return [];
  const findings: Finding[] = [];
  const add = (title: Phrase, danger: Danger = "safe"): void => {
    findings.push(approve("database", danger, change, title));
  };
  if (type === "aws_db_proxy" && requiresIam(before, "some") && !requiresIam(after, "every"))
    add(["RDS Proxy no longer requires IAM authentication"], "identity");
  if (!DATABASES.test(type)) return findings;
  /** When a change takes effect, where RDS can defer it. */
  const when = (attribute: string): Phrase => {
    const window = maintenanceWindowOf(after, attribute);
    return window === undefined
      ? []
      : say`. RDS applies it in the maintenance window ${[window]}, and plans show it until then`;
  };
  const differs = (attribute: string): boolean =>
    (after[attribute] ?? null) !== null && before[attribute] !== after[attribute];
  const fromTo = (attribute: string): Phrase => say`${shown(after[attribute])} instead of ${shown(before[attribute])}`;
  for (const [attribute, sentence] of Object.entries(CHANGES)) {
    if (differs(attribute)) add(say`${sentence(fromTo(attribute))}${when(attribute)}`);
  }
  if (differs("engine_version")) {
    if (major(before.engine_version) === major(after.engine_version))
      add(say`Engine version ${fromTo("engine_version")}: the database restarts${when("engine_version")}`);
    else findings.push(upgrade(change, after, fromTo("engine_version")));
  }
  for (const [attribute, isOn, effect, danger] of SWITCHES) {
    const [was, is] = [before, after].map((side) => side[attribute] === true);
    if (was !== is && is === isOn && !isUnknownAfter(change, attribute)) add([effect, ...when(attribute)], danger);
  }
  return findings;
}

/**
 * RDS refuses another major version that is not allowed. An upgrade that waits for the maintenance window still uses the old parameter
 * group, which RDS does not delete. Neither can be accepted by an allowance, because the apply fails.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
 */
function upgrade(change: Change, after: JsonObject, fromTo: Phrase): Finding {
  const missing = ["allow_major_version_upgrade", "apply_immediately"].filter((flag) => after[flag] !== true);
  const title = say`Major version upgrade, ${fromTo}: it takes minutes and cannot be reverted`;
  if (missing.length === 0 || change.type === "aws_rds_cluster_instance")
    return approve("database", "data loss", change, title);
  const remedy = say`${"database.allowMajorVersionUpgrade"} of the environment sets both for one deployment (docs/runbooks/upgrade-postgres.md)`;
  return {
    ...approve(
      "database",
      "data loss",
      change,
      say`Major version upgrade, ${fromTo}, without ${listed(missing)}: the apply fails`,
      [remedy],
    ),
    severity: "forbidden",
  };
}

const requiresIam = (side: JsonObject, how: "some" | "every"): boolean =>
  blocks(side.auth)[how](({ iam_auth: iam }) => iam === "REQUIRED");

const major = (version: Json | undefined): string => shown(version).split(".")[0] ?? "";
