import { isJsonObject, type Json } from "@dev-one/cli/json";
import type { RawChange } from "@dev-one/terraform-json/read-plan";
import { at, holdsTrue, isSame } from "@dev-one/terraform-json/values";

import { byCodePoint, entry, groupBy } from "../text";
import { isSecretName, parsedJson, type Secrets } from "./secrets";

export const REVEALED = "no longer marked as sensitive";

/** One attribute that a change touches, ready to be shown. */
export interface Difference {
  /** Such as `ingress.0.from_port`; `policy > Statement.0.Action` is inside a string of JSON. */
  readonly path: string;
  /** Top-level attribute, such as `ingress`; empty for the whole resource. */
  readonly attribute: string;
  /** Undefined where there was none. */
  readonly before: string | undefined;
  /** Undefined where there will be none. */
  readonly after: string | undefined;
  /** Known only after the apply, as a whole. */
  readonly isUnknown: boolean;
  /** Forces the replacement of the resource. */
  readonly forces: boolean;
  /** A difference that the two values do not show. */
  readonly note: string | undefined;
}

const UNKNOWN = "(known after the apply)";
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
  readonly note?: string;
}

/** What a change is besides its values. */
interface Shape {
  readonly replacePaths?: readonly string[];
  /** Name of the output that changes; a resource without it. */
  readonly output?: string;
}

/** Every attribute in which two sides differ, by path, with secrets masked; each attribute of what is created or destroyed. */
export function differences(change: RawChange, secrets: Secrets, { replacePaths = [], output }: Shape): Difference[] {
  const none = output === undefined ? {} : undefined;
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
  const { path, insideFrom, before, after, unknown, beforeSensitive, afterSensitive, note } = each;
  const secret = path.findIndex(isSecretName);
  const outside = path.slice(0, insideFrom).join(".");
  const name = [...path].reverse().find((part) => !/^\d+$/.test(part)) ?? "";
  const show = (value: Json | undefined, sensitive: Json | undefined): string | undefined => {
    if (value === undefined) return undefined;
    if (value !== null && path.some((part) => OPAQUE.test(part))) return "(not shown)";
    const masked = secrets.masked(value, secret !== -1 || sensitive, name);
    return typeof masked === "string" && masked !== "" ? masked : JSON.stringify(masked);
  };
  const isNothing = (before ?? null) === null && (after ?? null) === null && !holdsTrue(unknown);
  return {
    path: secrets.scrub(pathOf(secret === -1 ? path : path.slice(0, secret + 1), insideFrom)),
    // Unmasked, because attribute names of a schema are no secrets.
    attribute: path[0] ?? "",
    before: isNothing ? undefined : show(before, beforeSensitive),
    // A value that is no longer marked was a secret until now.
    after: unknown === true ? UNKNOWN : show(withUnknown(after, unknown), note === REVEALED || afterSensitive),
    isUnknown: unknown === true,
    forces: replacePaths.some(
      (forced) =>
        forced === "" || outside === forced || outside.startsWith(`${forced}.`) || forced.startsWith(`${outside}.`),
    ),
    note,
  };
}

/** A value with a text where it is known after the apply. */
export function withUnknown(value: Json | undefined, unknown: Json | undefined): Json | undefined {
  if (unknown === true) return UNKNOWN;
  if (!holdsTrue(unknown)) return value;
  if (Array.isArray(unknown)) {
    const list = Array.isArray(value) ? value : [];
    const longest = list.length > unknown.length ? list : unknown;
    return longest.map((_, index) => withUnknown(list[index], unknown[index]) ?? null);
  }
  const object = isJsonObject(value) ? value : {};
  return Object.fromEntries(
    Object.keys({ ...object, ...(isJsonObject(unknown) ? unknown : {}) }).map((key) => [
      key,
      withUnknown(entry(object, key), at(unknown, key)) ?? null,
    ]),
  );
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
  const note = noteOf(each);
  if (note === undefined && isSame(before, after) && !holdsTrue(unknown)) return [];
  if (!isMasked && typeof before === "string" && typeof after === "string" && each.insideFrom === undefined) {
    const [inBefore, inAfter] = [parsedJson(before), parsedJson(after)];
    if (inBefore !== undefined && inAfter !== undefined) {
      const inside = walk({ ...each, before: inBefore, after: inAfter, unknown: undefined, insideFrom: path.length });
      return inside.length > 0 ? inside : [{ ...each, note: "the same JSON, written in another way" }];
    }
  }
  return [note === undefined ? each : { ...each, note }];
}

function noteOf({ before, after, beforeSensitive, afterSensitive }: Differing): string | undefined {
  const isThere = (before ?? null) !== null && (after ?? null) !== null;
  if (!isThere || (beforeSensitive === true) === (afterSensitive === true)) return undefined;
  if (beforeSensitive === true) return REVEALED;
  return isSame(before, after) ? "marked as sensitive from now on" : undefined;
}

/** Equal elements are left out, and the rest is compared in order. */
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
      unknown: fresh === undefined ? undefined : at(unknowns, fresh),
      beforeSensitive: old === undefined ? undefined : at(each.beforeSensitive, old),
      afterSensitive: fresh === undefined ? undefined : at(each.afterSensitive, fresh),
    };
    const found = walk(element);
    // A list with one `null` more or less is another list.
    const isMissing = old === undefined || fresh === undefined;
    return found.length === 0 && isMissing ? [{ ...element, note: "an element" }] : found;
  };
  const order = { ...each, before: namesOf(before), after: namesOf(after), unknown: undefined };
  const marked = [...kept].filter(
    ([old, fresh]) => holdsTrue(at(each.beforeSensitive, old)) || holdsTrue(at(each.afterSensitive, fresh)),
  );
  return [
    ...(isReordered ? [{ ...order, note: "in another order" }] : []),
    ...marked.flatMap(([old, fresh]) => pair(old, fresh)),
    ...indexes(gone.length > come.length ? gone : come).flatMap((place) => pair(gone[place], come[place])),
  ];
}

/** The blocks of a list by their names, so that their order fits into a line. */
function namesOf(list: readonly Json[]): Json[] {
  const blocks = list.filter(isJsonObject);
  const name = ["name", ...Object.keys(blocks[0] ?? {})].find((key) => {
    const values = blocks.map((block) => entry(block, key) ?? null);
    return values.every((value) => value !== null && typeof value !== "object") && new Set(values).size === list.length;
  });
  return name === undefined ? [...list] : blocks.map((block) => ({ [name]: entry(block, name) ?? null }));
}

/** A text that is equal for equal values. */
const canonical = (value: Json | undefined): string =>
  JSON.stringify(value ?? null, (_, each: Json) =>
    isJsonObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => byCodePoint(a, b))) : each,
  );

const indexes = (list: readonly unknown[]): number[] => list.map((_, index) => index);
