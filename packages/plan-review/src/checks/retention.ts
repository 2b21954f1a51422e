import type { Json } from "@dev-one/cli/json";

import { type Finding, forbid, type ForbiddenKind } from "../finding";
import { type Change, shown } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { type Phrase, say } from "../text";
import { expiresSooner } from "./expiry";
import { isConfiguredAt, type Setting, settings, unknownSetting } from "./settings";

/** Settings of a time or a number of copies, where no value or 0 means for ever. */
const FOR_EVER = /^(retention_in_days|delete_after|delete_after_days|retention_hours|log_retention_days)$/;
/** Settings where 0 means none. */
const NONE_AT_ZERO =
  /^(backup_retention_period|backup_retention_days|automated_backup_retention_days|automatic_backup_retention_days|snapshot_retention_limit|automated_snapshot_retention_period|manual_snapshot_retention_period|retention_period|retention_period_hours|retention_period_in_days|message_retention_seconds|message_retention_duration|retained_backups|transaction_log_retention_days|backup_retention_interval_minutes|retention_days|log_retention|retain_days|snapshot_retention)$/;
/** Settings of a time in which a deletion can be reverted. */
const RECOVERY_WINDOW =
  /^(recovery_window_in_days|soft_delete_retention_days|soft_delete_retention_in_days|delete_retention_days|min_retention_days|destroy_scheduled_duration)$/;

/** Retention of data, backups and logs: the apply of a shorter time destroys what is older. */
export function checkRetention(change: Change, stack: StackPlan): Finding[] {
  if (change.after === undefined) return [];
  return [...checkSettings(change, stack), ...expiresSooner(change, stack)];
}

function checkSettings(change: Change, { environment }: StackPlan): Finding[] {
  if (change.before === undefined) return [];
  return settings(change).flatMap((setting): Finding[] => {
    const { name, path, before, after, isUnknown, isRemovedWithBlock } = setting;
    const [kind, was, is] = [kindOf(setting), timeOf(name, before), timeOf(name, after)];
    if (kind === undefined || was === undefined) return [];
    if (isUnknown) return isConfiguredAt(change, path) === true ? [unknownSetting(change, setting)] : [];
    if (is === undefined || is >= was || isRemovedWithBlock) return [];
    const isOff = is === 0 && NONE_AT_ZERO.test(name);
    const isForbidden = isOff || environment.isProduction;
    return [forbid(isOff ? "protection-disabled" : kind, "data loss", change, sentence(setting, isOff), isForbidden)];
  });
}

function kindOf({ name, path, block }: Setting): ForbiddenKind | undefined {
  if (FOR_EVER.test(name) || NONE_AT_ZERO.test(name)) return "data-destroyed";
  if (RECOVERY_WINDOW.test(name)) return "protection-disabled";
  const isLock = /^(days|years)$/.test(name) && path.includes("retention");
  const isSoftDelete = name === "days" && block.includes("delete_retention");
  return isLock || isSoftDelete ? "protection-disabled" : undefined;
}

/** A number, also of a string such as `604800s`. */
function timeOf(name: string, value: Json | undefined): number | undefined {
  const isForEver = FOR_EVER.test(name);
  if (value === undefined || value === null || value === "") return isForEver ? Infinity : undefined;
  const time = Number.parseFloat(shown(value));
  if (Number.isNaN(time)) return undefined;
  return isForEver && time === 0 ? Infinity : time;
}

function sentence({ name, path, before, after }: Setting, isOff: boolean): Phrase {
  if (isOff) return say`Backups are switched off: ${path}`;
  const fromTo = say`${shown(after)} instead of ${shown(before)}`;
  return /backup_retention_(period|days)$/.test(name)
    ? say`Backup retention in days: ${fromTo}`
    : say`Shorter retention: ${path}, ${fromTo}`;
}
