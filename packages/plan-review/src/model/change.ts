import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { type Configuration, derivedPath } from "@dev-one/terraform-json/configuration";
import type { RawResourceChange } from "@dev-one/terraform-json/read-plan";
import { holdsTrue, isSame, valueAt, withoutKeys } from "@dev-one/terraform-json/values";

import { entry } from "../text";
import { type Difference, differences } from "./differences";
import type { Secrets } from "./secrets";

export { blocks, strings, withoutKeys } from "@dev-one/terraform-json/values";

/** What happens to a resource. "unknown": an action that this review does not know. */
export type Action =
  "create" | "update" | "replace" | "delete" | "forget" | "import" | "move" | "read" | "no-op" | "unknown";

/** One resource in a plan. `before` and `after` hold secrets: show `differences` instead. */
export interface Change {
  readonly address: string;
  /** Address without the keys of `count` and `for_each`, as the configuration has it. */
  readonly configAddress: string;
  readonly type: string;
  readonly provider: string;
  readonly action: Action;
  /** Of a replacement. */
  readonly order: "destroy first" | "create first" | undefined;
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
  readonly unknown: Json;
  /** Marks of sensitive values. */
  readonly beforeSensitive: Json;
  readonly afterSensitive: Json;
  readonly previousAddress: string | undefined;
  readonly importedId: string | undefined;
  /** Key of a deposed object, which an interrupted replacement left; undefined for a current object. */
  readonly deposed: string | undefined;
  /** Terraform's reason, such as `replace_because_cannot_update`. */
  readonly reason: string | undefined;
  /** Attributes that force a replacement. */
  readonly forcedBy: readonly string[];
  /** What is shown of it; nothing is decided on it. */
  readonly differences: readonly Difference[];
  /** The construct path of the resource. */
  readonly constructPath: string | undefined;
  /** Terraform's reason to defer it to a later plan. */
  readonly deferred: string | undefined;
  /** Attributes that the configuration sets; undefined where the plan does not say. */
  readonly configured: ReadonlySet<string> | undefined;
  /** Whether it has provisioners. */
  readonly runsPrograms: boolean;
}

export interface ChangeContext {
  readonly secrets: Secrets;
  readonly configuration: Configuration;
  /** Construct paths by configuration address. */
  readonly paths: ReadonlyMap<string, string>;
}

const ORDERS: Readonly<Record<string, Change["order"]>> = {
  "delete,create": "destroy first",
  "create,delete": "create first",
};

export function toChange(raw: RawResourceChange, context: ChangeContext, deferred?: string): Change {
  const { change } = raw;
  const { secrets, configuration, paths } = context;
  const before = isJsonObject(change.before) ? change.before : undefined;
  const after = isJsonObject(change.after) ? change.after : undefined;
  const replacePaths = (change.replace_paths ?? []).map((path) => path.join("."));
  const action = toAction(raw);
  const configAddress = withoutKeys(raw.address);
  let shown: readonly Difference[] | undefined;
  return {
    address: raw.address,
    configAddress,
    type: raw.type,
    provider: raw.provider_name,
    action,
    order: action === "replace" ? ORDERS[change.actions.join()] : undefined,
    before,
    after,
    unknown: change.after_unknown ?? false,
    beforeSensitive: change.before_sensitive ?? false,
    afterSensitive: change.after_sensitive ?? false,
    previousAddress: raw.previous_address !== raw.address ? (raw.previous_address ?? undefined) : undefined,
    importedId: importedId(change.importing),
    deposed: raw.deposed ?? undefined,
    reason: raw.action_reason ?? undefined,
    forcedBy: [...new Set(replacePaths)].sort(),
    get differences() {
      return (shown ??= action === "no-op" ? [] : differences(change, secrets, { replacePaths }));
    },
    constructPath: paths.get(configAddress) ?? derivedPath(configAddress),
    deferred,
    configured: configuration.attributes(configAddress),
    runsPrograms: configuration.hasProvisioners(configAddress),
  };
}

/** The id, or else the identity, of what is imported. */
function importedId(importing: RawResourceChange["change"]["importing"]): string | undefined {
  if (importing === undefined || importing === null) return undefined;
  return importing.id ?? (importing.identity === undefined ? "unknown" : JSON.stringify(importing.identity));
}

function toAction({ change, mode, previous_address, address }: RawResourceChange): Action {
  const actions = change.actions.join();
  const isMoved = typeof previous_address === "string" && previous_address !== address;
  // A managed resource stays one, whatever its fields say.
  if (mode === "data" && /(^|\.)data\.[^.]+\.[^.]+$/.test(withoutKeys(address)))
    return actions === "read" || actions === "no-op" ? "read" : "unknown";
  switch (actions) {
    case "create,forget":
    case "forget,create":
      return "forget";
    case "no-op": {
      // A no-op with a differing value counts as an update.
      if (!isSame(change.before, change.after) || holdsTrue(change.after_unknown)) return "unknown";
      if (change.importing !== undefined && change.importing !== null) return "import";
      return isMoved ? "move" : "no-op";
    }
    case "update":
      // Refresh-only plans have moves among the drift.
      return isMoved && isSame(change.before, change.after) && !holdsTrue(change.after_unknown) ? "move" : "update";
    case "create":
    case "delete":
    case "forget":
      return actions;
  }
  // An unknown combination of actions counts as a destruction when it contains one.
  if (!change.actions.includes("delete")) return "unknown";
  return change.actions.includes("create") ? "replace" : "delete";
}

/** Whether the apply destroys the object, so that its data is lost, also when it is replaced. */
export function isDestroyed({ action }: Change): boolean {
  return action === "delete" || action === "replace";
}

/** The objects after the apply: one that is removed from the state stays in the cloud, next to its successor. */
export function sidesAfter({ action, before, after }: Change): JsonObject[] {
  return [after, action === "forget" ? before : undefined].filter((side) => side !== undefined);
}

/** Whether an object is removed from the state without a successor and stays in the cloud. */
export function isForgotten({ action, after }: Change): boolean {
  return action === "forget" && after === undefined;
}

/** Whether an attribute, or a part of it, is known after the apply. */
export function isUnknownAfter({ unknown }: Change, ...path: string[]): boolean {
  const isWithin = path.some((_, depth) => valueAt(unknown, path.slice(0, depth)) === true);
  return isWithin || holdsTrue(valueAt(unknown, path));
}

/** Maps that a provider computes from others. */
const DERIVED: ReadonlySet<string> = new Set(["tags_all", "effective_labels", "terraform_labels"]);

/**
 * Whether the configuration sets an attribute; where the plan has no configuration, it may. The configuration omits `dynamic` blocks,
 * so that every existing block may come from one.
 */
export function isConfigured({ configured, before, after }: Change, attribute: string): boolean {
  if (configured?.has(attribute) ?? true) return true;
  return !DERIVED.has(attribute) && [before, after].some((side) => isBlock(entry(side ?? {}, attribute)));
}

/**
 * Whether a resource has blocks of its own. Otherwise it mirrors resources that are blocks of it, such as the rules of a security group; those
 * made outside Terraform show only there. The plan's configuration omits dynamic blocks, but they differ from the former ones.
 */
export function hasOwnBlocks({ configured, before, after, unknown }: Change, ...attributes: string[]): boolean {
  if (configured === undefined || attributes.some((attribute) => configured.has(attribute))) return true;
  return attributes.some((attribute) => {
    const [was, is, marks] = [before?.[attribute], after?.[attribute], valueAt(unknown, [attribute])];
    return (Array.isArray(is) && !isSame(was ?? [], is)) || (Array.isArray(marks) && holdsTrue(marks));
  });
}

function isBlock(value: Json | undefined): boolean {
  return isJsonObject(value) || (Array.isArray(value) && value.some(isJsonObject));
}

/** A string that is there; undefined for anything else. */
export function text(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A value as text. */
export function shown(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
