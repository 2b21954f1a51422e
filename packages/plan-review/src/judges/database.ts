import type { Json } from "@dev-one/cli/json";

import type { Danger, Finding } from "../finding";
import { blocks, type Change, shown } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { type Phrase, say } from "../text";

const DATABASES: ReadonlySet<string> = new Set([
  "aws_db_instance",
  "aws_docdb_cluster",
  "aws_neptune_cluster",
  "aws_rds_cluster",
  "aws_rds_cluster_instance",
]);

/** What a change of a database costs: a restart, an upgrade that cannot be undone, less to restore from. */
export function judgeDatabase(stack: StackPlan): Finding[] {
  return stack.changes.flatMap((change) => {
    if (change.before === undefined || change.after === undefined) return [];
    if (change.type === "aws_db_proxy") return judgeProxy(change);
    return DATABASES.has(change.type) ? judge(change, change.before, change.after) : [];
  });
}

type Side = Readonly<Record<string, Json>>;

function judge({ address }: Change, before: Side, after: Side): Finding[] {
  const findings: Finding[] = [];
  const add = (title: Phrase, danger: Danger = "safe"): void => {
    findings.push({ kind: "database", severity: "approve", danger, address, title });
  };
  const differs = (attribute: string): boolean =>
    after[attribute] !== undefined && after[attribute] !== null && before[attribute] !== after[attribute];
  const fromTo = (attribute: string): Phrase => say`${shown(after[attribute])} instead of ${shown(before[attribute])}`;
  const when = after.apply_immediately === true ? "at once" : "in the next maintenance window";

  if (differs("instance_class"))
    add(say`Another class, ${fromTo("instance_class")}: the database restarts, or fails over, ${[when]}`);
  if (differs("engine_version")) {
    const isMajor = major(before.engine_version) !== major(after.engine_version);
    add(
      isMajor
        ? say`A major upgrade, ${fromTo("engine_version")}: it takes minutes and cannot be undone`
        : say`Another version, ${fromTo("engine_version")}: the database restarts`,
      isMajor ? "data loss" : "safe",
    );
  }
  if (differs("multi_az")) {
    add(
      after.multi_az === true
        ? ["A standby in another zone"]
        : ["No standby any more: the loss of a zone takes the database with it"],
    );
  }
  for (const attribute of ["allocated_storage", "max_allocated_storage", "iops", "storage_throughput"]) {
    if (differs(attribute)) add(say`${attribute}: ${fromTo(attribute)}`);
  }
  if (differs("storage_type")) add(say`Another kind of storage, ${fromTo("storage_type")}`);
  if (differs("parameter_group_name"))
    add(say`Another parameter group, ${fromTo("parameter_group_name")}: some parameters need a restart`);
  if (differs("ca_cert_identifier"))
    add(say`Another certificate authority, ${fromTo("ca_cert_identifier")}: clients must trust it`);
  if (before.iam_database_authentication_enabled === true && after.iam_database_authentication_enabled === false) {
    add(["Nobody can log in by IAM any more"], "identity");
  }
  if (before.manage_master_user_password === true && after.manage_master_user_password !== true) {
    add(["The master password is no longer kept and rotated by AWS"], "identity");
  }
  if (before.apply_immediately !== true && after.apply_immediately === true) {
    add(["Changes are applied at once, outside the maintenance window"]);
  }
  return findings;
}

function judgeProxy({ address, before, after }: Change): Finding[] {
  const authentication = (side: Side | undefined): string[] =>
    blocks(side?.auth).map(({ iam_auth: iam }) => shown(iam));
  if (!authentication(before).includes("REQUIRED") || authentication(after).every((each) => each === "REQUIRED"))
    return [];
  return [
    {
      kind: "database",
      severity: "approve",
      danger: "identity",
      address,
      title: ["Clients of the proxy no longer have to prove who they are by IAM"],
    },
  ];
}

const major = (version: Json | undefined): string => shown(version).split(".")[0] ?? "";
