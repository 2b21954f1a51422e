import type { JsonObject } from "@dev-one/cli/json";

import { type Finding, forbid, type ForbiddenKind } from "../finding";
import { blocks, type Change, isUnknownAfter, shown, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { type Phrase, say } from "../text";
import { LISTENER, usesTls } from "./load-balancers";
import { checkProtectingResource } from "./protecting-resources";
import { isConfiguredAt, isOn, type Setting, settings, unknownSetting } from "./settings";
import { isExposing, isOffFromTheStart, WEAKNESSES } from "./weaknesses";

/** Encryption, protection from deletion, and exposure, in any resource that has attributes of that name. */
export function checkProtection(change: Change, stack: StackPlan): Finding[] {
  return [...checkSettings(change, stack), ...checkValues(change), ...checkProtectingResource(change, stack)];
}

function checkSettings(planned: Change, { changes, environment }: StackPlan): Finding[] {
  if (planned.after === undefined) return [];
  const former = planned.action === "create" ? formerOf(planned, changes) : undefined;
  const change = former === undefined ? planned : { ...planned, before: former.before };
  const isNew = change.before === undefined;
  return settings(change).flatMap((setting): Finding[] => {
    const { path, before, after, isUnknown, isRemovedWithBlock } = setting;
    const finding = (kind: ForbiddenKind, title: Phrase, isForbidden = true): Finding[] => [
      forbid(kind, kind === "open-to-world" ? "network" : "data loss", change, title, isForbidden),
    ];
    if (isExposing(setting)) {
      if (isOn(before) || (!isOn(after) && !isUnknown)) return [];
      if (isOn(after)) return finding("open-to-world", say`Reachable from the internet: ${path}`);
      // AWS computes it where the configuration does not set it.
      return isNew || isConfiguredAt(change, path) === false ? [] : [unknownSetting(change, setting)];
    }
    if (isNew) {
      return isOffFromTheStart(change.type, setting)
        ? finding(path === "enabled" ? "encryption-disabled" : "open-to-world", say`Created with ${path} switched off`)
        : [];
    }
    // An unknown value may be zero, or off.
    const weakness = WEAKNESSES.find(
      (each) => each.concerns(setting) && each.isWeaker(before, isUnknown ? 0 : after, setting.name),
    );
    // A protection that is removed with its block protects nothing that stays.
    if (weakness === undefined || (isRemovedWithBlock && !isUnknown)) return [];
    const { kind, title, onlyInProduction = false, isOftenComputed = false } = weakness;
    if (!isUnknown) return finding(kind, title(setting), !onlyInProduction || environment.isProduction);
    const isReported = isOftenComputed ? isConfiguredAt(change, path) === true : isSetting(change, setting);
    return isReported ? [unknownSetting(change, setting)] : [];
  });
}

/** A destroyed resource of the same name in the cloud: only the Terraform address has changed, and the new one must not protect less. */
function formerOf(change: Change, changes: readonly Change[]): Change | undefined {
  const called = (side: JsonObject | undefined): string | undefined =>
    ["identifier", "cluster_identifier", "bucket", "name"].map((name) => text(side?.[name])).find(Boolean);
  const name = called(change.after);
  if (name === undefined) return undefined;
  return changes.find(
    ({ type, action, before }) => action === "delete" && type === change.type && called(before) === name,
  );
}

/** A block that the configuration does not set shows what AWS derives from other attributes, and so does a status. */
const isSetting = (change: Change, { path, name }: Setting): boolean =>
  (!path.includes(".") && name !== "status" && name !== "state") || isConfiguredAt(change, path) !== false;

/** Settings with other values than on and off. */
function checkValues(change: Change): Finding[] {
  const { type, before, after } = change;
  if (after === undefined) return [];
  const titles: Phrase[] = [];
  if (/^aws_(db|rds_cluster|redshift|docdb_cluster|neptune_cluster)_parameter_group$/.test(type)) {
    for (const name of withoutTls(before, after)) titles.push(say`Connections without TLS are accepted: ${name}`);
  }
  if (LISTENER.test(type) && usesTls(before) && !usesTls(after) && !isUnknownAfter(change, "protocol"))
    titles.push(["A listener no longer uses TLS"]);
  if (type === "aws_kms_key" && before?.is_enabled === true && after.is_enabled === false)
    titles.push(["The key is disabled: data that it encrypted cannot be read"]);
  return titles.map((title) => forbid("encryption-disabled", "data loss", change, title));
}

/** Parameters by which a database rejects connections without TLS. */
const REQUIRES_TLS = /^(rds\.force_ssl|require_secure_transport|require_ssl|tls|neptune_enforce_ssl)$/;
/**
 * Parameter group families that require TLS by default.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
 */
const SECURE_BY_DEFAULT = /^(postgres(1[5-9]|[2-9]\d)|aurora-postgresql(1[7-9]|[2-9]\d)|docdb[\d.]+)$/;

function withoutTls(before: JsonObject | undefined, after: JsonObject): string[] {
  const values = (side: JsonObject | undefined): [string, boolean][] =>
    blocks(side?.parameter)
      .map(({ name, value }): [string, boolean] => [shown(name), !/^(0|off|false|disabled)$/i.test(shown(value))])
      .filter(([name]) => REQUIRES_TLS.test(name));
  const [old, fresh] = [new Map(values(before)), new Map(values(after))];
  const isSecure = SECURE_BY_DEFAULT.test(text(after.family) ?? "");
  return [...new Map([...old, ...fresh]).keys()].filter(
    (name) => !(fresh.get(name) ?? isSecure) && (old.get(name) ?? (before === undefined || isSecure)),
  );
}
