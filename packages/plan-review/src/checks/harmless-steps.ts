import { isJsonObject, type Json } from "@dev-one/cli/json";

import type { Place } from "../decision";
import type { Change } from "../model/change";
import { entry } from "../text";

/** A change of a setting that needs no approval. */
type Step = (before: Json, after: Json) => boolean;

const switchedOn: Step = (before, after) => (before === null || before === false) && after === true;
const switchedOff: Step = (before, after) => before === true && (after === null || after === false);
/** A longer time. No value and 0 often mean for ever; where they do not, the first backup may interrupt the service. */
const longer: Step = (before, after) => Number(before) > 0 && Number(after) > Number(before);
const resumed: Step = (before, after) => before === "Suspended" && after === "Enabled";
const added: Step = (before, after) =>
  Array.isArray(after) && (before === null || (Array.isArray(before) && before.every((each) => after.includes(each))));

const DATABASE: Readonly<Record<string, Step>> = {
  backup_retention_period: longer,
  copy_tags_to_snapshot: switchedOn,
  delete_automated_backups: switchedOff,
  deletion_protection: switchedOn,
};

/**
 * Settings by type that only increase retention, protection or logging, and interrupt nothing. Stronger encryption, newer TLS and
 * public access blocks are not among them: each can lock out legitimate clients.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
 */
const STEPS: Readonly<Record<string, Readonly<Record<string, Step>>>> = {
  aws_alb: { enable_deletion_protection: switchedOn },
  aws_autoscaling_group: { enabled_metrics: added },
  aws_cloudtrail: { enable_log_file_validation: switchedOn },
  aws_cloudwatch_log_group: { deletion_protection_enabled: switchedOn, retention_in_days: longer },
  aws_db_instance: DATABASE,
  aws_docdb_cluster: DATABASE,
  aws_dynamodb_table: {
    deletion_protection_enabled: switchedOn,
    "point_in_time_recovery.enabled": switchedOn,
  },
  aws_ecr_repository: { force_delete: switchedOff, "image_scanning_configuration.scan_on_push": switchedOn },
  aws_instance: { disable_api_stop: switchedOn, disable_api_termination: switchedOn, monitoring: switchedOn },
  aws_kinesis_stream: { retention_period: longer },
  aws_kms_key: { deletion_window_in_days: longer, enable_key_rotation: switchedOn },
  aws_lb: { enable_deletion_protection: switchedOn },
  aws_neptune_cluster: DATABASE,
  aws_rds_cluster: DATABASE,
  aws_s3_bucket: { force_destroy: switchedOff },
  aws_s3_bucket_versioning: { "versioning_configuration.status": resumed },
  aws_secretsmanager_secret: { recovery_window_in_days: longer },
};

/** Whether a change only increases retention, protection or logging. */
export function isHarmlessStep({ type, after: resource }: Change, { path, before, after, unknown }: Place): boolean {
  const step = entry(entry(STEPS, type) ?? {}, path);
  // apply_immediately also applies changes that wait for the maintenance window.
  if (step === undefined || unknown === true || resource?.apply_immediately === true) return false;
  return !isJsonObject(before) && step(before ?? null, after ?? null);
}
