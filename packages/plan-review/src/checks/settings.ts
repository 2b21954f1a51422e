import { isJsonObject, type Json } from "@dev-one/cli/json";
import { at, holdsTrue } from "@dev-one/terraform-json/values";

import { approve, type Finding } from "../finding";
import { type Change, shown } from "../model/change";
import { entry, groupBy, say } from "../text";

/** One value in a resource, on both sides. */
export interface Setting {
  /** Such as `encrypt_at_rest.0.enabled`. */
  readonly path: string;
  /** Its last part that is no number, such as `enabled`. */
  readonly name: string;
  /** The block that contains it, or else the type of the resource. */
  readonly block: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly isUnknown: boolean;
  /** Its block is removed, and others of its kind stay. */
  readonly isRemovedWithBlock: boolean;
}

/** Every value in a resource, also inside of blocks. Blocks of a set are matched by name, at any index. */
export function settings({ type, before, after, unknown }: Change): Setting[] {
  return settingsIn(type, before, after, unknown, [], false);
}

type Side = Json | undefined;

function settingsIn(
  type: string,
  before: Side,
  after: Side,
  unknown: Side,
  path: readonly string[],
  goes: boolean,
): Setting[] {
  if (Array.isArray(before) || Array.isArray(after)) {
    const [old, fresh] = [before, after].map((side) => (Array.isArray(side) ? side : [])) as [Json[], Json[]];
    return pairs(old, fresh, Array.isArray(unknown) ? unknown.length : 0).flatMap(([index, other]) => {
      const part = String(other ?? index ?? 0);
      const isLeft = other === undefined && fresh.length > 0;
      const inner = unknown === true || other !== undefined ? at(unknown, part) : undefined;
      return settingsIn(type, old[index ?? -1], fresh[other ?? -1], inner, [...path, part], goes || isLeft);
    });
  }
  if (isJsonObject(before) || isJsonObject(after)) {
    const keys = [before, after, unknown].flatMap((side) => (isJsonObject(side) ? Object.keys(side) : []));
    return [...new Set(keys)].flatMap((key) => {
      const sides = [before, after].map((side) => (isJsonObject(side) ? entry(side, key) : undefined));
      return settingsIn(type, sides[0], sides[1], at(unknown, key), [...path, key], goes);
    });
  }
  const [block = type, name = ""] = [type, ...path.filter((part) => !/^\d+$/.test(part))].slice(-2);
  return [
    { path: path.join("."), name, block, before, after, isUnknown: holdsTrue(unknown), isRemovedWithBlock: goes },
  ];
}

/** Attributes by which a block of a list is known. */
const NAMES = ["name", "device_name", "key", "id", "rule_name", "identifier", "bucket", "prefix"];

/** Matches elements of two lists: equal ones, then those of the same name, then the next ones that are left. */
function pairs(
  before: readonly Json[],
  after: readonly Json[],
  unknowns: number,
): (readonly [number | undefined, number | undefined])[] {
  const length = Math.max(after.length, unknowns);
  const left = new Set(before.keys());
  const found = new Map<number, number>();
  const take = (keyOf: (value: Side) => string | undefined): void => {
    const places = groupBy([...left], (index) => keyOf(before[index]));
    for (let index = 0; index < length; index += 1) {
      const key = found.has(index) ? undefined : keyOf(after[index]);
      const match = key === undefined ? undefined : places.get(key)?.shift();
      if (match === undefined) continue;
      found.set(index, match);
      left.delete(match);
    }
  };
  take((value) => (value === undefined ? undefined : JSON.stringify(value)));
  take(nameOf);
  take(() => "");
  return [
    ...Array.from({ length }, (_, index) => [found.get(index), index] as const),
    ...[...left].map((index) => [index, undefined] as const),
  ];
}

function nameOf(block: Json | undefined): string | undefined {
  if (!isJsonObject(block)) return undefined;
  const name = NAMES.find((each) => typeof block[each] === "string" && block[each] !== "");
  return name === undefined ? undefined : JSON.stringify([name, block[name] ?? null]);
}

/** Values of a setting that is off. */
const OFF = /^(false|none|off|disabled?|inactive|suspended|stopped|no|0|plaintext|unspecified)?$/i;

/** Whether a setting is on; a missing one is off. */
export function isOn(value: Json | undefined): boolean {
  if (typeof value === "string") return !OFF.test(value);
  return value === true || (typeof value === "number" && value !== 0);
}

/** Whether the configuration sets the attribute or block at a path; undefined where the plan does not say. */
export const isConfiguredAt = ({ configured }: Change, path: string): boolean | undefined =>
  configured?.has(path.split(".")[0] ?? "");

export const unknownSetting = (change: Change, { path, before }: Setting): Finding =>
  approve("unknown-value", "data loss", change, say`Not known before the apply: ${path}, which was ${shown(before)}`);
