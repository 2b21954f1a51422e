import { type Finding, forbid, type ForbiddenKind } from "../finding";
import { type Change, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { entry, say } from "../text";

interface Protection {
  readonly kind: ForbiddenKind;
  readonly what: string;
  /** Attribute that names what it protects. */
  readonly owner: string | undefined;
  /** Types that it protects; a resource that is destroyed, too, needs no protection. */
  readonly of: RegExp | undefined;
}

const BUCKET = /^aws_s3_bucket$/;
const ofKind =
  (kind: ForbiddenKind) =>
  (what: string, owner?: string, of?: RegExp): Protection => ({ kind, what, owner, of });
const blocksAccess = ofKind("open-to-world");
const encrypts = ofKind("encryption-disabled");
const protects = ofKind("protection-disabled");

/** Resources that only protect another one, and the attribute that names it. */
const PROTECTIONS: Readonly<Record<string, Protection>> = {
  aws_s3_bucket_public_access_block: blocksAccess("The public access block", "bucket", BUCKET),
  aws_s3_account_public_access_block: blocksAccess("The account's public access block", "account_id"),
  aws_s3_bucket_server_side_encryption_configuration: encrypts("The encryption", "bucket", BUCKET),
  aws_ebs_snapshot_block_public_access: blocksAccess("The public access block for snapshots"),
  aws_ec2_image_block_public_access: blocksAccess("The public access block for AMIs"),
  aws_emr_block_public_access_configuration: blocksAccess("The public access block for EMR clusters"),
  aws_vpc_block_public_access_options: blocksAccess("The VPC public access block"),
  aws_ebs_encryption_by_default: encrypts("EBS encryption by default"),
  aws_s3_bucket_versioning: protects("The versioning", "bucket", BUCKET),
  aws_s3_bucket_object_lock_configuration: protects("The object lock", "bucket", BUCKET),
  aws_s3_bucket_replication_configuration: protects("The replication", "bucket", BUCKET),
  aws_backup_plan: protects("The backup plan", "name"),
  aws_backup_selection: protects("The backup selection", "plan_id", /^aws_backup_plan$/),
  aws_backup_vault_lock_configuration: protects("The vault lock", "backup_vault_name", /^aws_backup_vault$/),
  aws_efs_backup_policy: protects("The backup", "file_system_id", /^aws_efs_file_system$/),
  aws_dlm_lifecycle_policy: protects("The snapshot lifecycle policy", "description"),
  aws_db_instance_automated_backups_replication: protects(
    "The replication of backups",
    "source_db_instance_arn",
    /^aws_db_instance$/,
  ),
  aws_cloudtrail: protects("The CloudTrail trail", "name"),
  aws_cloudtrail_event_data_store: protects("The event data store", "name"),
  aws_config_configuration_recorder: protects("The configuration recorder", "name"),
  aws_config_configuration_recorder_status: protects("The status of the configuration recorder", "name"),
  aws_guardduty_detector: protects("The GuardDuty detector", "id"),
  aws_guardduty_organization_configuration: protects("The organization's GuardDuty configuration", "detector_id"),
  aws_securityhub_account: protects("Security Hub", "id"),
  aws_inspector2_enabler: protects("Inspector", "id"),
  aws_macie2_account: protects("Macie", "id"),
  aws_accessanalyzer_analyzer: protects("The access analyzer", "analyzer_name"),
  aws_flow_log: protects("The flow log", "vpc_id", /^aws_vpc$/),
  aws_wafv2_web_acl_association: protects(
    "The web ACL",
    "resource_arn",
    /^aws_(lb|alb|api_gateway_stage|cognito_user_pool)$/,
  ),
  aws_shield_protection: protects("Shield", "resource_arn", /^aws_(lb|alb|eip|cloudfront_distribution|route53_zone)$/),
  aws_organizations_policy_attachment: protects("A policy of the organization", "target_id"),
  aws_iam_account_password_policy: protects("The password policy", "id"),
};

/** A protection is destroyed or moved to another resource, and the protected resource stays. */
export function checkProtectingResource(change: Change, { changes, environment }: StackPlan): Finding[] {
  const { action, type, before, after } = change;
  const protection = entry(PROTECTIONS, type);
  if (protection === undefined || before === undefined) return [];
  const { kind, what, owner: attribute = "", of } = protection;
  const owner = text(before[attribute]);
  const movesAway = action === "replace" && of !== undefined && text(after?.[attribute]) !== owner;
  if (action !== "delete" && !movesAway) return [];
  const isOwner = (other: Change): boolean =>
    owner !== undefined && ["id", "arn", "bucket", "name"].some((name) => other.before?.[name] === owner);
  const isDeleted = (other: Change): boolean => other.action === "delete" || (movesAway && other.action === "replace");
  if (changes.some((other) => of?.test(other.type) === true && isDeleted(other) && isOwner(other))) return [];
  // Without a type that it protects, the attribute names the removed resource itself.
  const named = owner === undefined ? [] : of === undefined ? say` ${owner}` : say` of ${owner}`;
  const title = say`${[what]}${named} is removed${of === undefined || owner === undefined ? [] : say`; ${owner} stays`}`;
  const isForbidden = kind !== "protection-disabled" || environment.isProduction;
  return [forbid(kind, kind === "open-to-world" ? "network" : "data loss", change, title, isForbidden)];
}
