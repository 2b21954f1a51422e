import { isJsonObject, type Json } from "../../json";
import { byCodePoint, entry, shortened } from "../text";
import { isSecretName, parsedJson, type Secrets } from "./secrets";

/** One attribute that a change touches, ready to be shown. */
export interface Difference {
  /** Such as `ingress.0.from_port`; `policy > Statement.0.Action` is inside a string of JSON. */
  readonly path: string;
  /** Undefined for what was not there. */
  readonly before: string | undefined;
  /** Undefined for what will not be there. */
  readonly after: string | undefined;
  /** Known only after the apply. */
  readonly isUnknown: boolean;
  /** Forces the replacement of the resource. */
  readonly forces: boolean;
}

const UNKNOWN = "(known after the apply)";
const LONGEST_VALUE = 300;
/** Compressed, or a program: neither can be read in a comment, and both may hold secrets. */
const OPAQUE = /^(user_data|user_data_base64|custom_data|user_data_replace_on_change|zip_file|content_base64)$/;

interface Sides {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly unknown: Json | undefined;
  readonly beforeSensitive: Json | undefined;
  readonly afterSensitive: Json | undefined;
}

interface Differing extends Sides {
  readonly path: readonly string[];
  /** Whether it stands inside a string of JSON, from which part of the path on. */
  readonly insideFrom: number | undefined;
}

/** Every attribute in which two sides differ, by path; nothing of it is secret any more. */
export function differences(sides: Sides, replacePaths: readonly string[], secrets: Secrets): Difference[] {
  return walk({ ...sides, path: [], insideFrom: undefined })
    .map((each) => shownDifference(each, replacePaths, secrets))
    .sort((a, b) => byCodePoint(a.path, b.path));
}

function shownDifference(each: Differing, replacePaths: readonly string[], secrets: Secrets): Difference {
  const { path, insideFrom, before, after, unknown, beforeSensitive, afterSensitive } = each;
  const secret = path.findIndex(isSecretName);
  const outside = path.slice(0, insideFrom).join(".");
  const name = [...path].reverse().find((part) => !/^\d+$/.test(part)) ?? "";
  const isUnknown = unknown === true;
  const show = (value: Json | undefined, sensitive: Json | undefined): string | undefined => {
    if (value === undefined || value === null) return undefined;
    if (path.some((part) => OPAQUE.test(part))) return "(not shown)";
    const shown = secrets.masked(value, secret !== -1 || sensitive, name);
    return shortened(typeof shown === "string" ? shown : JSON.stringify(shown), LONGEST_VALUE);
  };
  return {
    path: secrets.scrub(pathOf(secret === -1 ? path : path.slice(0, secret + 1), insideFrom)),
    before: show(before, beforeSensitive),
    after: isUnknown ? UNKNOWN : show(after, afterSensitive),
    isUnknown,
    forces: replacePaths.some(
      (forced) => outside === forced || outside.startsWith(`${forced}.`) || forced.startsWith(`${outside}.`),
    ),
  };
}

/** Where a secret begins, the path ends: the keys of a map may be as secret as its values. */
function pathOf(path: readonly string[], insideFrom: number | undefined): string {
  if (insideFrom === undefined || path.length <= insideFrom) return path.join(".");
  return `${path.slice(0, insideFrom).join(".")} > ${path.slice(insideFrom).join(".")}`;
}

function walk(each: Differing): Differing[] {
  const { before, after, unknown, beforeSensitive, afterSensitive, path } = each;
  if (unknown === true) return [each];
  const isMasked = beforeSensitive === true || afterSensitive === true;
  if (!isMasked && isJsonObject(before) && isJsonObject(after)) {
    const keys = new Set([
      ...Object.keys(before),
      ...Object.keys(after),
      ...(isJsonObject(unknown) ? Object.keys(unknown) : []),
    ]);
    return [...keys].flatMap((key) =>
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
  if ((isSame(before, after) || (isEmpty(before) && isEmpty(after))) && !holdsUnknown(unknown)) return [];
  if (!isMasked && typeof before === "string" && typeof after === "string" && each.insideFrom === undefined) {
    const [inBefore, inAfter] = [parsedJson(before), parsedJson(after)];
    if (inBefore !== undefined && inAfter !== undefined) {
      return walk({ ...each, before: inBefore, after: inAfter, unknown: undefined, insideFrom: path.length });
    }
  }
  return [each];
}

/** Terraform gives sets as lists: what both sides have is left out, wherever it stands, and the rest is compared in order. */
function walkLists(each: Differing, before: readonly Json[], after: readonly Json[]): Differing[] {
  const unknowns = Array.isArray(each.unknown) ? each.unknown : [];
  const places = new Map<string, number[]>();
  for (const index of indexes(before)) {
    const key = canonical(before[index]);
    const same = places.get(key);
    if (same === undefined) places.set(key, [index]);
    else same.push(index);
  }
  for (const same of places.values()) same.reverse();
  const kept = new Set<number>();
  const come: number[] = [];
  // Unknown elements may stand after the known ones.
  for (const index of indexes(unknowns.length > after.length ? unknowns : after)) {
    const same = holdsUnknown(unknowns[index]) ? undefined : places.get(canonical(after[index]))?.pop();
    if (same === undefined) come.push(index);
    else kept.add(same);
  }
  const gone = indexes(before).filter((index) => !kept.has(index));
  return indexes(gone.length > come.length ? gone : come).flatMap((position) => {
    const [old, fresh] = [gone[position], come[position]];
    return walk({
      ...each,
      path: [...each.path, String(fresh ?? old)],
      before: old === undefined ? undefined : before[old],
      after: fresh === undefined ? undefined : after[fresh],
      unknown: fresh === undefined ? undefined : unknowns[fresh],
      beforeSensitive: old === undefined ? undefined : at(each.beforeSensitive, old),
      afterSensitive: fresh === undefined ? undefined : at(each.afterSensitive, fresh),
    });
  });
}

/** The same text for values that are the same to `isSame`, in whatever order their keys are. */
function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  return `{${entries
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`)
    .join()}}`;
}

const indexes = (list: readonly unknown[]): number[] => list.map((_, index) => index);

function at(value: Json | undefined, key: string | number): Json | undefined {
  if (value === true) return true;
  if (Array.isArray(value)) return typeof key === "number" ? value[key] : undefined;
  return isJsonObject(value) ? entry(value, String(key)) : undefined;
}

/** Whether some part of a value is known only after the apply. */
export function holdsUnknown(unknown: Json | undefined): boolean {
  if (unknown === true) return true;
  if (Array.isArray(unknown)) return unknown.some(holdsUnknown);
  return isJsonObject(unknown) && Object.values(unknown).some(holdsUnknown);
}

/** Providers say "nothing" in several ways, and change from one to another for no reason. */
function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other || (one ?? null) === (other ?? null)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) && one.length === other.length && one.every((each, index) => isSame(each, other[index]))
    );
  }
  if (Array.isArray(other)) return false;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) =>
    isSame(entry(one, key), entry(other, key)),
  );
}
