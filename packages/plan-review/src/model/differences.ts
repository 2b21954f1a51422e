import { isJsonObject, type Json } from "@dev-one/cli/json";
import type { RawChange } from "@dev-one/terraform-json/read-plan";
import { holdsTrue } from "@dev-one/terraform-json/values";

import { byCodePoint, entry, groupBy, shortened } from "../text";
import { isSecretName, parsedJson, type Secrets } from "./secrets";

/** Whether some part of a value is known after the apply. */
export { holdsTrue as holdsUnknown } from "@dev-one/terraform-json/values";

/** The kind of a difference that is more than another value. */
export type Aspect =
  /** The same elements of a list stand in another order. */
  | "order"
  /** An empty block is added or removed; its presence is its only value. */
  | "empty-block"
  /** A string holds the same JSON in another notation. */
  | "notation"
  /** `null` and an empty string. */
  | "null-or-empty"
  /** It was marked as sensitive, and is no longer. */
  | "revealed"
  /** The value is the same, and is marked as sensitive from now on. */
  | "newly-sensitive";

const NOTES: Readonly<Partial<Record<Aspect, string>>> = {
  order: "in another order",
  notation: "written in another way",
  revealed: "no longer marked as sensitive",
  "newly-sensitive": "marked as sensitive from now on",
};

/** A note about a difference that the two values do not show. */
export const noteOf = (aspect: Aspect | undefined): string | undefined =>
  aspect === undefined ? undefined : NOTES[aspect];

/** One attribute that a change touches, ready to be shown. */
export interface Difference {
  /** Such as `ingress.0.from_port`; `policy > Statement.0.Action` is inside a string of JSON. */
  readonly path: string;
  /** Top-level attribute, such as `ingress`; empty for the whole resource. */
  readonly attribute: string;
  /** Whether it is a part of the attribute. */
  readonly isPart: boolean;
  /** Undefined where there was none. */
  readonly before: string | undefined;
  /** Undefined where there will be none. */
  readonly after: string | undefined;
  /** Known only after the apply. */
  readonly isUnknown: boolean;
  /** Forces the replacement of the resource. */
  readonly forces: boolean;
  /** Undefined where nothing but the value differs. */
  readonly aspect: Aspect | undefined;
}

const UNKNOWN = "(known after the apply)";
const LONGEST_VALUE = 300;
/** Compressed data or scripts, which are unreadable in a comment and may hold secrets. */
const OPAQUE = /^(user_data|user_data_base64|custom_data|user_data_replace_on_change|zip_file|content_base64)$/;

interface Differing {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly unknown: Json | undefined;
  readonly beforeSensitive: Json | undefined;
  readonly afterSensitive: Json | undefined;
  readonly path: readonly string[];
  /** Whether it stands inside a string of JSON, from which part of the path on. */
  readonly insideFrom: number | undefined;
  readonly aspect?: Aspect | undefined;
}

/**
 * Every attribute in which two sides differ, by path, with secrets masked. There is none only where both are the same
 * JSON, apart from keys that are `null` on one side and missing on the other, and where no mark of what is sensitive differs.
 *
 * @param output name of the output that changes; a resource without it
 */
export function differences(
  change: RawChange,
  replacePaths: readonly string[],
  secrets: Secrets,
  output?: string,
): Difference[] {
  const none = output === undefined ? {} : null;
  const sides = {
    before: change.before ?? none,
    after: change.after ?? none,
    unknown: change.after_unknown,
    beforeSensitive: change.before_sensitive,
    afterSensitive: change.after_sensitive,
  };
  return walk({ ...sides, path: output === undefined ? [] : [output], insideFrom: undefined })
    .map((each) => shownDifference(each, replacePaths, secrets))
    .sort((a, b) => byCodePoint(a.path, b.path));
}

function shownDifference(each: Differing, replacePaths: readonly string[], secrets: Secrets): Difference {
  const { path, insideFrom, before, after, unknown, beforeSensitive, afterSensitive, aspect } = each;
  const secret = path.findIndex(isSecretName);
  const outside = path.slice(0, insideFrom).join(".");
  const name = [...path].reverse().find((part) => !/^\d+$/.test(part)) ?? "";
  const isUnknown = unknown === true;
  const show = (value: Json | undefined, sensitive: Json | undefined): string | undefined => {
    if (value === undefined || value === null) return undefined;
    if (path.some((part) => OPAQUE.test(part))) return "(not shown)";
    const masked = secrets.masked(value, secret !== -1 || sensitive, name);
    const shown = aspect === "order" && Array.isArray(masked) ? namesOf(masked) : masked;
    return shortened(typeof shown === "string" ? shown : JSON.stringify(shown), LONGEST_VALUE);
  };
  return {
    path: secrets.scrub(pathOf(secret === -1 ? path : path.slice(0, secret + 1), insideFrom)),
    // Unmasked, because attribute names of a schema are no secrets.
    attribute: path[0] ?? "",
    isPart: path.length > 1 || insideFrom !== undefined,
    before: show(before, beforeSensitive),
    // The value was a secret until now.
    after: isUnknown ? UNKNOWN : show(after, aspect === "revealed" || afterSensitive),
    isUnknown,
    forces: replacePaths.some(
      (forced) => outside === forced || outside.startsWith(`${forced}.`) || forced.startsWith(`${outside}.`),
    ),
    aspect,
  };
}

/** The blocks of a list by their names, so that their order fits into a line. */
function namesOf(list: Json[]): Json[] {
  if (!list.every(isJsonObject)) return list;
  const name = ["name", ...Object.keys(list[0] ?? {})].find((key) => {
    const values = list.map((block) => entry(block, key) ?? null);
    return values.every((value) => value !== null && typeof value !== "object") && new Set(values).size === list.length;
  });
  return name === undefined ? list : list.map((block) => ({ [name]: entry(block, name) ?? null }));
}

/** A path ends at a secret, because the keys of a map may be secret, too. */
function pathOf(path: readonly string[], insideFrom: number | undefined): string {
  if (insideFrom === undefined || path.length <= insideFrom) return path.join(".");
  return `${path.slice(0, insideFrom).join(".")} > ${path.slice(insideFrom).join(".")}`;
}

function walk(each: Differing): Differing[] {
  const { before, after, unknown, beforeSensitive, afterSensitive, path } = each;
  if (unknown === true) return [each];
  const isMasked = beforeSensitive === true || afterSensitive === true;
  if (!isMasked && isJsonObject(before) && isJsonObject(after)) {
    const keys = Object.keys({ ...before, ...after, ...(isJsonObject(unknown) ? unknown : {}) });
    return keys.flatMap((key) =>
      walk({
        ...each,
        path: [...path, key],
        before: entry(before, key),
        after: entry(after, key),
        unknown: at(unknown, key),
        beforeSensitive: at(beforeSensitive, key),
        afterSensitive: at(afterSensitive, key),
      }),
    );
  }
  if (!isMasked && Array.isArray(before) && Array.isArray(after)) return walkLists(each, before, after);
  const aspect = aspectOf(each);
  if (aspect === undefined && isSame(before, after) && !holdsTrue(unknown)) return [];
  if (!isMasked && typeof before === "string" && typeof after === "string" && each.insideFrom === undefined) {
    const [inBefore, inAfter] = [parsedJson(before), parsedJson(after)];
    if (inBefore !== undefined && inAfter !== undefined) {
      const inside = walk({ ...each, before: inBefore, after: inAfter, unknown: undefined, insideFrom: path.length });
      return inside.length > 0 ? inside : [{ ...each, aspect: "notation" }];
    }
  }
  return [{ ...each, aspect }];
}

function aspectOf({ before, after, beforeSensitive, afterSensitive, insideFrom }: Differing): Aspect | undefined {
  if (isThere(before) && isThere(after) && (beforeSensitive === true) !== (afterSensitive === true)) {
    if (beforeSensitive === true) return "revealed";
    if (isSame(before, after)) return "newly-sensitive";
  }
  if ((before === null && after === "") || (before === "" && after === null)) {
    return insideFrom === undefined ? "null-or-empty" : undefined;
  }
  // In a list, a block that is missing has no counterpart. Elsewhere providers also return an empty map for none, but no list of blocks.
  const isAdded = (before === undefined && isEmptyBlock(after)) || (!isThere(before) && isListOfEmptyBlocks(after));
  const isRemoved = !isThere(after) && (isEmptyBlock(before) || isListOfEmptyBlocks(before));
  return isAdded || isRemoved ? "empty-block" : undefined;
}

/**
 * Equal elements are left out, and the rest is compared in order. A list in another order is no set, because Terraform sorts the elements
 * of a set by their values.
 * @see https://github.com/zclconf/go-cty/blob/main/cty/set_internals.go
 */
function walkLists(each: Differing, before: readonly Json[], after: readonly Json[]): Differing[] {
  const unknowns = Array.isArray(each.unknown) ? each.unknown : [];
  const places = groupBy(indexes(before), (index) => canonical(before[index]));
  for (const same of places.values()) same.reverse();
  const kept = new Map<number, number>();
  const come: number[] = [];
  let isReordered = false;
  let last = -1;
  // Unknown elements may stand after the known ones.
  for (const index of indexes(unknowns.length > after.length ? unknowns : after)) {
    const same = holdsTrue(unknowns[index]) ? undefined : places.get(canonical(after[index]))?.pop();
    if (same === undefined) {
      come.push(index);
      continue;
    }
    kept.set(same, index);
    isReordered ||= same < last;
    last = same;
  }
  const gone = indexes(before).filter((index) => !kept.has(index));
  const pair = (old: number | undefined, fresh: number | undefined): Differing[] => {
    const element = {
      ...each,
      path: [...each.path, String(fresh ?? old)],
      before: old === undefined ? undefined : before[old],
      after: fresh === undefined ? undefined : after[fresh],
      unknown: at(unknowns, fresh),
      beforeSensitive: old === undefined ? undefined : at(each.beforeSensitive, old),
      afterSensitive: fresh === undefined ? undefined : at(each.afterSensitive, fresh),
    };
    const found = walk(element);
    // A list with one `null` more or less is another list.
    const isMissing = old === undefined || fresh === undefined;
    return found.length === 0 && isMissing ? [{ ...element, aspect: "empty-block" }] : found;
  };
  const marked = [...kept].filter(
    ([old, fresh]) =>
      !isSame(before[old], after[fresh]) ||
      holdsTrue(at(each.beforeSensitive, old)) ||
      holdsTrue(at(each.afterSensitive, fresh)),
  );
  return [
    ...(isReordered ? [{ ...each, unknown: undefined, aspect: "order" as const }] : []),
    ...marked.flatMap(([old, fresh]) => pair(old, fresh)),
    ...indexes(gone.length > come.length ? gone : come).flatMap((place) => pair(gone[place], come[place])),
  ];
}

/** A canonical text: equal for values that `isSame` considers equal. */
function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, each]) => each !== null && each !== "");
  return `{${entries
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`)
    .join()}}`;
}

const indexes = (list: readonly unknown[]): number[] => list.map((_, index) => index);

/** A part of a value, or of marks: all parts of `true`, which marks an unknown or a sensitive value, are marked. */
export function at(value: Json | undefined, key: string | number | undefined): Json | undefined {
  if (value === true) return true;
  if (key === undefined) return undefined;
  return Array.isArray(value) ? value[Number(key)] : entry(isJsonObject(value) ? value : {}, String(key));
}

const isThere = (value: Json | undefined): boolean => value !== undefined && value !== null;

/** An object without any value in it, such as `none {}` of a WAF rule. */
function isEmptyBlock(value: Json | undefined): boolean {
  const isNothing = (each: Json): boolean =>
    each === null || each === "" || (typeof each === "object" && Object.values(each).every(isNothing));
  return isJsonObject(value) && isNothing(value);
}

const isListOfEmptyBlocks = (value: Json | undefined): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(isEmptyBlock);

export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other || (one ?? null) === (other ?? null)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one)) {
    const isList = Array.isArray(other) && one.length === other.length;
    return isList && one.every((each, index) => isSame(each, other[index]));
  }
  if (Array.isArray(other)) return false;
  return Object.keys({ ...one, ...other }).every((key) => isSame(entry(one, key), entry(other, key)));
}
