import { isJsonObject, type Json } from "@dev-one/cli/json";

import type { Change } from "../model/change";
import { holdsUnknown } from "../model/differences";
import { byCodePoint, entry, groupBy } from "../text";

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
export function settings(change: Change): Setting[] {
  const found: Setting[] = [];
  visit(change.before, change.after, change.unknown, [], false);
  return found;

  function visit(
    before: Json | undefined,
    after: Json | undefined,
    unknown: Json | undefined,
    path: readonly string[],
    goes: boolean,
  ): void {
    if (Array.isArray(before) || Array.isArray(after)) {
      const [old, fresh] = [Array.isArray(before) ? before : [], Array.isArray(after) ? after : []];
      const unknowns = Array.isArray(unknown) ? unknown.length : 0;
      for (const [index, other] of pairs(old, fresh, unknowns)) {
        const one = other ?? index ?? 0;
        const isLeft = other === undefined && fresh.length > 0;
        visit(
          at(old, index),
          at(fresh, other),
          unknown === true || other !== undefined ? at(unknown, one) : undefined,
          [...path, String(one)],
          goes || isLeft,
        );
      }
    } else if (isJsonObject(before) || isJsonObject(after)) {
      const [one, other] = [isJsonObject(before) ? before : {}, isJsonObject(after) ? after : {}];
      const keys = new Set([
        ...Object.keys(one),
        ...Object.keys(other),
        ...(isJsonObject(unknown) ? Object.keys(unknown) : []),
      ]);
      for (const key of [...keys].sort(byCodePoint)) {
        visit(entry(one, key), entry(other, key), at(unknown, key), [...path, key], goes);
      }
    } else {
      const names = path.filter((part) => !/^\d+$/.test(part));
      found.push({
        path: path.join("."),
        name: names.at(-1) ?? "",
        block: names.at(-2) ?? change.type,
        before,
        after,
        isUnknown: holdsUnknown(unknown),
        isRemovedWithBlock: goes,
      });
    }
  }
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
  if (before.length <= 1 && length <= 1)
    return before.length + length === 0 ? [] : [[before.length === 0 ? undefined : 0, length === 0 ? undefined : 0]];
  const left = new Set(before.keys());
  const found = new Map<number, number>();
  const take = (keyOf: (value: Json | undefined) => string | undefined): void => {
    const places = groupBy([...left], (index) => keyOf(before[index]));
    for (let index = 0; index < length; index += 1) {
      if (found.has(index)) continue;
      const key = keyOf(after[index]);
      const match = key === undefined ? undefined : places.get(key)?.shift();
      if (match === undefined) continue;
      found.set(index, match);
      left.delete(match);
    }
  };
  take((value) => (value === undefined ? undefined : JSON.stringify(value)));
  take(nameOf);
  const rest = [...left];
  for (let index = 0; index < length && rest.length > 0; index += 1) {
    if (found.has(index)) continue;
    const next = rest.shift();
    if (next === undefined) break;
    found.set(index, next);
    left.delete(next);
  }
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

/** A part of a value; all parts of `true`, which is an unknown value, are unknown. */
export function at(value: Json | undefined, key: string | number | undefined): Json | undefined {
  if (value === true) return true;
  if (key === undefined) return undefined;
  if (Array.isArray(value)) return value[Number(key)];
  return isJsonObject(value) ? entry(value, String(key)) : undefined;
}

/** Values of a setting that is off. */
const OFF = /^(false|none|off|disabled?|inactive|suspended|stopped|no|0|plaintext|unspecified)?$/i;

/** Whether a setting is on; a missing one is off. */
export function isOn(value: Json | undefined): boolean {
  if (typeof value === "string") return !OFF.test(value);
  return value === true || (typeof value === "number" && value !== 0);
}
