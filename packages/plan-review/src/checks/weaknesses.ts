import type { Json } from "@dev-one/cli/json";

import type { ForbiddenKind } from "../finding";
import { shown } from "../model/change";
import { type Phrase, say } from "../text";
import { isOn, type Setting } from "./settings";

/** A change of a setting by which it protects less. */
interface Weakness {
  readonly kind: ForbiddenKind;
  /** Whether it is about a setting. */
  readonly concerns: (setting: Setting) => boolean;
  /** Whether the second value protects less than the first. */
  readonly isWeaker: (before: Json | undefined, after: Json | undefined, name: string) => boolean;
  readonly title: (setting: Setting) => Phrase;
  /** In other environments it needs approval. @default false */
  readonly onlyInProduction?: boolean;
  /** An unknown value is reported only if the configuration sets it. @default false */
  readonly isOftenComputed?: boolean;
}

/** Attributes that switch encryption on, or require it. */
const ENCRYPTS =
  /^(encrypted|encrypt_at_rest|encryption|enforce_https|require_tls|require_ssl|force_ssl|https_only|sqs_managed_sse_enabled|in_cluster|tls_enabled|ssl_enabled|minimum_tls|sse_enabled|sse_algorithm)$|(^|_)(encrypted|encryption)(_|$)/;
const NOT_A_SWITCH =
  /(^|_)(key|key_id|key_arn|id|arn|context|name|version|info|password|keys|scope)$|^(disable|skip|allow)_/;

/** Attributes that switch encryption off. */
const DISABLES_ENCRYPTION = /^(disable_encryption|encryption_disabled|allow_unencrypted|unencrypted|allow_plaintext)$/;

/** Attributes with a customer managed key. */
const NAMES_A_KEY =
  /^(kms_key_id|kms_key_arn|kms_master_key_id|kms_key|master_user_secret_kms_key_id|performance_insights_kms_key_id|encryption_key|server_side_encryption|encryption_at_rest_kms_key_arn|encryption_key_arn|cloudwatch_logs_kms_key_id)$/;

/** Attributes that prevent a deletion, allow to revert it, or log it. */
const PROTECTS =
  /^(deletion_protection|deletion_protection_enabled|enable_deletion_protection|disable_api_termination|disable_api_stop|termination_protection|protect_from_scale_in|delete_protection|enable_termination_protection|point_in_time_recovery_enabled|point_in_time_recovery|versioning_enabled|object_lock_enabled|enable_logging|is_multi_region_trail|include_global_service_events|enable_log_file_validation|is_locked|prevent_destroy)$/;

/** Attributes that let a deletion lose more. */
const LOSES =
  /^(skip_final_snapshot|force_destroy|force_delete|force_destroy_without_recovery|delete_automated_backups|force_overwrite_replica_secret|skip_final_backup|delete_on_termination|disable_automated_backups|delete_contents_on_destroy)$/;

/** Settings of a time or a number of copies, where no value or 0 means for ever. */
const FOR_EVER = /^(retention_in_days|delete_after|delete_after_days|retention_hours|log_retention_days)$/;
/** Settings where 0 means none. */
const NONE_AT_ZERO =
  /^(backup_retention_period|backup_retention_days|automated_backup_retention_days|automatic_backup_retention_days|snapshot_retention_limit|automated_snapshot_retention_period|manual_snapshot_retention_period|retention_period|retention_period_hours|retention_period_in_days|message_retention_seconds|message_retention_duration|retained_backups|transaction_log_retention_days|backup_retention_interval_minutes|retention_days|log_retention|retain_days|snapshot_retention)$/;
/** Settings of a time in which a deletion can be reverted. */
const RECOVERY_WINDOW = /^(recovery_window_in_days|delete_retention_days|min_retention_days)$/;

/** A number, also of a string such as `604800s`; not a number where there is none. */
function timeOf(value: Json | undefined, name: string): number {
  const time = Number.parseFloat(shown(value));
  return FOR_EVER.test(name) && (time === 0 || Number.isNaN(time)) ? Infinity : time;
}

const endsAtZero: Weakness["isWeaker"] = (before, after, name) => timeOf(after, name) === 0 && timeOf(before, name) > 0;

/** The apply of a shorter time destroys what is older. */
const shorter = (kind: ForbiddenKind, concerns: Weakness["concerns"]): Weakness => ({
  kind,
  concerns,
  isWeaker: (before, after, name) => timeOf(after, name) < timeOf(before, name),
  title: ({ name, path, before, after }) => {
    const fromTo = say`${shown(after)} instead of ${shown(before)}`;
    return /backup_retention_(period|days)$/.test(name)
      ? say`Backup retention in days: ${fromTo}`
      : say`Shorter retention: ${path}, ${fromTo}`;
  },
  onlyInProduction: true,
  isOftenComputed: true,
});

/** Attributes that allow public access. */
const EXPOSES =
  /^(publicly_accessible|endpoint_public_access|unauthenticated|allow_unauthenticated_identities|public_access_enabled)$/;

/** Attributes that block public access. */
const BLOCKS_PUBLIC_ACCESS =
  /^(block_public_acls|block_public_policy|ignore_public_acls|restrict_public_buckets|block_public_security_group_rules)$/;

/** Names that only make sense together with their block. */
const PLAIN = /^(enabled|enable|is_enabled|status|state|mode)$/;
const ENCRYPTING = /encrypt|(^|_)(sse|tls|ssl)(_|$)/;
const PROTECTING =
  /point_in_time_recovery|versioning|backup|delet\w*_protection|soft_delete|delete_retention|object_lock|immutab|guardduty|cloudtrail|configuration_recorder|securityhub|macie|inspector|recycle_bin|_shield|audit_log/;
/** Resource types that are on or off as a whole. */
const WHOLE =
  /^aws_(ebs_encryption_by_default|guardduty|securityhub|macie|inspector|config_configuration_recorder_status|efs_backup)/;

const qualified = (setting: Setting, blocks: RegExp): boolean =>
  PLAIN.test(setting.name) && blocks.test(setting.block) && (setting.path.includes(".") || WHOLE.test(setting.block));

const goesOff = (before: Json | undefined, after: Json | undefined): boolean => isOn(before) && !isOn(after);
const isSet = (value: Json | undefined): boolean => typeof value === "string" && value !== "";

/** Values from the strongest to the weakest; others are not compared. */
const RANKS: readonly (readonly [RegExp, readonly RegExp[], ForbiddenKind])[] = [
  [
    /^(sse_algorithm|encryption_type|encryption_mode|encryption_option)$/,
    [/kms/i, /^(aes|sse|s3)/i],
    "encryption-disabled",
  ],
  [/^client_broker$/, [/^TLS$/, /^TLS_PLAINTEXT$/, /^PLAINTEXT$/], "encryption-disabled"],
  [/^transit_encryption_mode$/, [/^required$/i, /^preferred$/i], "encryption-disabled"],
  [/^viewer_protocol_policy$/, [/https/i, /./], "encryption-disabled"],
  [/^origin_protocol_policy$/, [/^https-only$/i, /./], "encryption-disabled"],
  [/^image_tag_mutability$/, [/^IMMUTABLE/, /^MUTABLE/], "protection-disabled"],
  [/^http_tokens$/, [/^required$/, /^optional$/], "protection-disabled"],
  [/^mode$/, [/^COMPLIANCE$/, /^GOVERNANCE$/], "protection-disabled"],
  [/^state$/, [/^block-all-sharing$/, /^block-new-sharing$/, /^unblocked$/], "open-to-world"],
  [/^internet_gateway_block_mode$/, [/^block-bidirectional$/, /^block-ingress$/, /^off$/], "open-to-world"],
  [/^type$/, [/^DISABLED$/, /^SERVICE_PROVIDED_EIPS$/], "open-to-world"],
];

/** Attributes with the oldest accepted TLS version, or a policy that defines it. */
const OLDEST_TLS =
  /^(tls_security_policy|ssl_policy|security_policy|minimum_protocol_version|min_tls_version|minimum_tls_version|tls_policy|ssl_minimal_tls_version_enforced|min_tls)$/;

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
function oldestTls(policy: Json | undefined): number | undefined {
  if (typeof policy !== "string") return undefined;
  if (/^SSL/i.test(policy) || /^ELBSecurityPolicy-(FS-)?20\d\d-\d\d$/.test(policy)) return 0;
  const minor = /(?:^|TLS(?:13|v)?|FS)[-_ ]?1[-._](\d)/i.exec(policy)?.[1];
  if (minor !== undefined) return Number(minor);
  return /^TLSv1(_\d{4})?$/.test(policy) ? 0 : undefined;
}

const goesOn = (before: Json | undefined, after: Json | undefined): boolean => goesOff(after, before);

/** A change of settings with some names, and what it says before the path. */
const named = (
  kind: ForbiddenKind,
  names: RegExp,
  isWeaker: Weakness["isWeaker"],
  what: string,
  then = "",
): Weakness => ({
  kind,
  concerns: ({ name }) => names.test(name),
  isWeaker,
  title: ({ path }) => [`${what}: `, { code: path }, then],
});

export const WEAKNESSES: readonly Weakness[] = [
  {
    ...named("encryption-disabled", ENCRYPTS, goesOff, "Encryption is switched off"),
    concerns: (setting) =>
      (ENCRYPTS.test(setting.name) && !NOT_A_SWITCH.test(setting.name)) || qualified(setting, ENCRYPTING),
  },
  named("encryption-disabled", DISABLES_ENCRYPTION, goesOn, "Encryption is switched off", " is switched on"),
  named(
    "encryption-disabled",
    NAMES_A_KEY,
    (before, after) => isSet(before) && !isSet(after),
    "Encryption with a customer managed key ends",
    " is removed",
  ),
  named(
    "encryption-disabled",
    OLDEST_TLS,
    (before, after) => (oldestTls(after) ?? Infinity) < (oldestTls(before) ?? -Infinity),
    "Older TLS versions are accepted",
  ),
  ...RANKS.map(([names, order, kind]): Weakness => ({
    kind,
    concerns: ({ name }) => names.test(name),
    isWeaker: (before, after) => {
      const rank = (value: Json | undefined): number =>
        typeof value === "string" ? order.findIndex((each) => each.test(value)) : -1;
      return rank(before) !== -1 && rank(after) > rank(before);
    },
    title: ({ path }) => say`${path} is weaker than it was`,
  })),
  {
    kind: "protection-disabled",
    concerns: (setting) => PROTECTS.test(setting.name) || qualified(setting, PROTECTING),
    isWeaker: goesOff,
    title: ({ path }) =>
      say`${[/delet|terminat/.test(path) ? "Deletion protection" : "Protection"]} is switched off: ${path}`,
  },
  named("open-to-world", BLOCKS_PUBLIC_ACCESS, goesOff, "Public access block switched off"),
  {
    ...named("protection-disabled", LOSES, goesOn, "Less data is kept when it is deleted", " is true"),
    onlyInProduction: true,
  },
  {
    ...named("protection-disabled", NONE_AT_ZERO, endsAtZero, "Backups are switched off"),
    isOftenComputed: true,
  },
  shorter("data-destroyed", ({ name }) => FOR_EVER.test(name) || NONE_AT_ZERO.test(name)),
  shorter("protection-disabled", ({ name, path, block }) => {
    if (RECOVERY_WINDOW.test(name)) return true;
    const isLock = /^(days|years)$/.test(name) && path.includes("retention");
    return isLock || (name === "days" && block.includes("delete_retention"));
  }),
];

/** Whether a setting allows public access. */
export const isExposing = ({ name }: Setting): boolean => EXPOSES.test(name);

/** Settings that are on by default in AWS: a new resource with them switched off disables the protection. */
export function isOffFromTheStart(type: string, { name, after }: Setting): boolean {
  const isStrict =
    (/^aws_s3_(bucket|account)_public_access_block$|^aws_s3(control_multi_region)?_access_point$/.test(type) &&
      BLOCKS_PUBLIC_ACCESS.test(name)) ||
    (type === "aws_ebs_encryption_by_default" && name === "enabled");
  return isStrict && after === false;
}
