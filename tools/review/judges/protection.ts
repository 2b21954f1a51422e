import { isJsonObject, type Json, type JsonObject } from "../../json";
import type { Finding, ForbiddenKind } from "../finding";
import { blocks, type Change, isDestroyed, isUnknownAfter, shown, strings, text } from "../model/change";
import { holdsUnknown } from "../model/differences";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, entry, type Phrase, say } from "../text";

/** Attributes that encrypt, or that demand encryption, while they are true. */
const ENCRYPTS =
  /^(encrypted|storage_encrypted|kms_encrypted|encrypt_at_rest|encryption_enabled|encryption_at_rest_enabled|at_rest_encryption_enabled|transit_encryption_enabled|node_to_node_encryption|encryption_at_rest|enforce_https|require_tls|ssl_enforcement_enabled|enable_https_traffic_only|https_traffic_only_enabled|root_volume_encryption_enabled|user_volume_encryption_enabled|sqs_managed_sse_enabled|in_cluster|enable_http_endpoint_encryption)$/;

/** Attributes that name a key while there is encryption of our own. */
const NAMES_A_KEY =
  /^(kms_key_id|kms_key_arn|kms_master_key_id|kms_key|master_user_secret_kms_key_id|performance_insights_kms_key_id|encryption_key|server_side_encryption)$/;

/** Attributes that refuse a deletion while they are true. */
const PROTECTS =
  /^(deletion_protection|deletion_protection_enabled|enable_deletion_protection|disable_api_termination|termination_protection|protect_from_scale_in|delete_protection|enable_termination_protection)$/;

/** Attributes that let more be lost while they are true. */
const LOSES =
  /^(skip_final_snapshot|force_destroy|force_delete|force_destroy_without_recovery|delete_automated_backups|force_overwrite_replica_secret)$/;

/** Attributes that let the world in while they are true. */
const EXPOSES =
  /^(publicly_accessible|public_network_access_enabled|allow_blob_public_access|allow_nested_items_to_be_public|endpoint_public_access)$/;

/** Attributes that keep the world out while they are true. */
const SHUTS_OUT = /^(block_public_acls|block_public_policy|ignore_public_acls|restrict_public_buckets)$/;

/** Resources that are nothing but a protection of something else, and the attribute that names it. */
const PROTECTIONS: Readonly<
  Record<string, { readonly kind: ForbiddenKind; readonly owner: string; readonly what: string }>
> = {
  aws_s3_bucket_public_access_block: { kind: "open-to-world", owner: "bucket", what: "The block of public access" },
  aws_s3_account_public_access_block: {
    kind: "open-to-world",
    owner: "account_id",
    what: "The account's block of public access",
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    kind: "encryption-disabled",
    owner: "bucket",
    what: "The encryption",
  },
  aws_s3_bucket_versioning: { kind: "protection-disabled", owner: "bucket", what: "The versioning" },
  aws_s3_bucket_object_lock_configuration: { kind: "protection-disabled", owner: "bucket", what: "The object lock" },
  aws_ebs_encryption_by_default: {
    kind: "encryption-disabled",
    owner: "id",
    what: "The encryption of every new volume",
  },
};

/** Encryption, protection from deletion, and exposure, in any resource that has attributes of that name. */
export function judgeProtection(stack: StackPlan): Finding[] {
  return stack.changes.flatMap((change) => {
    if (change.action === "no-op" || change.action === "read" || change.action === "move") return [];
    return [...judgeAttributes(change, stack), ...judgeValues(change), ...judgeProtectingResource(change, stack)];
  });
}

interface Setting {
  readonly path: string;
  readonly name: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly isUnknown: boolean;
}

function judgeAttributes(change: Change, { environment }: StackPlan): Finding[] {
  if (change.after === undefined) return [];
  const isNew = change.before === undefined;
  const onlyInProduction = environment.isProduction ? ("forbidden" as const) : ("approve" as const);
  return settings(change).flatMap(({ path, name, before, after, isUnknown }): Finding[] => {
    const was = isTrue(before);
    const is = isTrue(after);
    const finding = (kind: ForbiddenKind, severity: "approve" | "forbidden", title: Phrase): Finding[] => [
      { kind, severity, danger: kind === "open-to-world" ? "network" : "data loss", address: change.address, title },
    ];
    // A block that nobody configures tells what AWS has made of other attributes.
    const isComputed = path.includes(".") && change.configured?.has(path.split(".")[0] ?? "") === false;
    const unknown = (): Finding[] =>
      isComputed
        ? []
        : [
            {
              kind: "unknown-value",
              severity: "approve",
              danger: "data loss",
              address: change.address,
              title: say`Not known before the apply: ${path}, which was ${shown(before)}`,
            },
          ];
    if (ENCRYPTS.test(name) || PROTECTS.test(name) || SHUTS_OUT.test(name)) {
      if (!was || is) return [];
      if (isUnknown) return unknown();
      if (ENCRYPTS.test(name))
        return finding("encryption-disabled", "forbidden", say`Encryption is switched off: ${path}`);
      if (PROTECTS.test(name))
        return finding("protection-disabled", "forbidden", say`Deletion protection is switched off: ${path}`);
      return finding("open-to-world", "forbidden", say`The block of public access is lifted: ${path}`);
    }
    if (NAMES_A_KEY.test(name)) {
      if (isNew || !isSet(before) || isSet(after)) return [];
      if (isUnknown) return unknown();
      return finding(
        "encryption-disabled",
        "forbidden",
        say`Encryption with a key of our own ends: ${path} is taken away`,
      );
    }
    if (EXPOSES.test(name)) {
      if (was || (!is && !isUnknown)) return [];
      if (is) return finding("open-to-world", "forbidden", say`Reachable from the internet: ${path}`);
      // Computed from the start where nobody configures it.
      return isNew || change.configured?.has(path.split(".")[0] ?? "") === false ? [] : unknown();
    }
    if (LOSES.test(name) && !was && is && !isNew) {
      return finding("protection-disabled", onlyInProduction, say`More can be lost: ${path} is switched on`);
    }
    return [];
  });
}

/** Values that are no switches. */
function judgeValues(change: Change): Finding[] {
  const { type, before, after, address } = change;
  if (after === undefined) return [];
  const findings: Finding[] = [];
  const add = (kind: ForbiddenKind, title: Phrase): void => {
    findings.push({
      kind,
      severity: "forbidden",
      danger: kind === "open-to-world" ? "network" : "data loss",
      address,
      title,
    });
  };
  const was = (attribute: string): Json | undefined => before?.[attribute];
  if (type === "aws_s3_bucket_versioning") {
    const status = (side: JsonObject | undefined) => text(blocks(side?.versioning_configuration)[0]?.status);
    if (status(before) === "Enabled" && status(after) !== "Enabled")
      add("protection-disabled", ["The versioning of a bucket is suspended"]);
  }
  if (type === "aws_s3_bucket_acl" || type === "aws_s3_bucket") {
    const acl = text(after.acl) ?? "";
    if (/^public-|^authenticated-read$/.test(acl) && was("acl") !== acl)
      add("open-to-world", say`A bucket is readable by anybody: ${acl}`);
  }
  if (type === "aws_db_parameter_group" || type === "aws_rds_cluster_parameter_group") {
    const off = (side: JsonObject | undefined): string[] =>
      blocks(side?.parameter)
        .filter(
          ({ name, value }) =>
            /^(rds\.force_ssl|require_secure_transport)$/.test(shown(name)) && /^(0|off)$/i.test(shown(value)),
        )
        .map(({ name }) => shown(name));
    for (const name of off(after))
      if (!off(before).includes(name)) add("encryption-disabled", say`Connections without TLS are let in: ${name}`);
  }
  if (/^aws_(lb|alb)_listener$/.test(type)) {
    const isSecure = (side: JsonObject | undefined): boolean => /^(HTTPS|TLS)$/.test(shown(side?.protocol));
    if (isSecure(before) && !isSecure(after) && !isUnknownAfter(change, "protocol"))
      add("encryption-disabled", ["A listener speaks without TLS"]);
  }
  if (type === "aws_kms_key" && was("is_enabled") === true && after.is_enabled === false) {
    add("encryption-disabled", ["The key is disabled: what it encrypts cannot be read"]);
  }
  const isShared = (side: JsonObject | undefined): boolean =>
    strings(side?.shared_accounts).includes("all") ||
    side?.group === "all" ||
    JSON.stringify(side?.access_control_policy ?? "").includes("/groups/global/");
  if (/snapshot|^aws_ami_launch_permission$|^aws_s3_bucket_acl$/.test(type) && isShared(after) && !isShared(before)) {
    add("open-to-world", ["Shared with everybody"]);
  }
  for (const attribute of ["backup_retention_period", "automatic_backup_retention_days"]) {
    if (Number(was(attribute) ?? 0) > 0 && after[attribute] === 0)
      add("protection-disabled", say`Backups are switched off: ${attribute}`);
  }
  return findings;
}

/** A protection goes, and what it protects stays. */
function judgeProtectingResource(change: Change, { changes, environment }: StackPlan): Finding[] {
  const protection = entry(PROTECTIONS, change.type);
  if (protection === undefined || change.action !== "delete") return [];
  const owner = text(change.before?.[protection.owner]);
  const goesToo = changes.some((other) => isDestroyed(other) && other.action === "delete" && isOwner(other, owner));
  if (goesToo) return [];
  return [
    {
      kind: protection.kind,
      severity: protection.kind === "protection-disabled" && !environment.isProduction ? "approve" : "forbidden",
      danger: protection.kind === "open-to-world" ? "network" : "data loss",
      address: change.address,
      title: say`${[protection.what]} of ${owner ?? "what stays"} goes, and what it protects stays`,
    },
  ];
}

function isOwner({ type, before }: Change, owner: string | undefined): boolean {
  return owner !== undefined && type === "aws_s3_bucket" && (before?.bucket === owner || before?.id === owner);
}

/** Every switch and key in a resource, also inside of blocks. */
function settings(change: Change): Setting[] {
  const found: Setting[] = [];
  const visit = (
    before: Json | undefined,
    after: Json | undefined,
    unknown: Json | undefined,
    path: readonly string[],
  ): void => {
    if (Array.isArray(before) || Array.isArray(after)) {
      const [one, other] = [Array.isArray(before) ? before : [], Array.isArray(after) ? after : []];
      for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
        visit(one[index], other[index], at(unknown, index), [...path, String(index)]);
      }
    } else if (isJsonObject(before) || isJsonObject(after)) {
      const [one, other] = [isJsonObject(before) ? before : {}, isJsonObject(after) ? after : {}];
      for (const key of [
        ...new Set([
          ...Object.keys(one),
          ...Object.keys(other),
          ...(isJsonObject(unknown) ? Object.keys(unknown) : []),
        ]),
      ].sort(byCodePoint)) {
        visit(entry(one, key), entry(other, key), at(unknown, key), [...path, key]);
      }
    } else {
      const name = [...path].reverse().find((part) => !/^\d+$/.test(part)) ?? "";
      found.push({ path: path.join("."), name, before, after, isUnknown: holdsUnknown(unknown) });
    }
  };
  visit(change.before, change.after, change.unknown, []);
  return found;
}

function at(unknown: Json | undefined, key: string | number): Json | undefined {
  if (unknown === true) return true;
  if (Array.isArray(unknown)) return unknown[Number(key)];
  return isJsonObject(unknown) ? unknown[String(key)] : undefined;
}

const isTrue = (value: Json | undefined): boolean => value === true || value === "true";
const isSet = (value: Json | undefined): boolean => value !== undefined && value !== null && value !== "";
