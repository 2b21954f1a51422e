import { isJsonObject, type Json } from "@dev-one/cli/json";
import { at, holdsTrue } from "@dev-one/terraform-json/values";

import { type Change, isConfigured } from "./model/change";
import { entry } from "./text";

/** Two values at one place of a resource. */
export interface Place {
  /** Such as `point_in_time_recovery.enabled`: without the indexes of lists. */
  readonly path: string;
  /** Top-level attribute. */
  readonly attribute: string;
  /** Whether it is a part of the attribute, such as an element of a list. */
  readonly isPart: boolean;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** What of the value is known after the apply only; `true` is all of it. */
  readonly unknown: Json | undefined;
}

/** Whether values may differ at a place, because a difference there has no effect. */
export type MayDiffer = (place: Place) => boolean;

type Sides = Pick<Change, "before" | "after" | "unknown">;

/**
 * Whether both sides are the same JSON where they may not differ: the order of a list, an empty block, `null` and the notation of a
 * string have a meaning, because Terraform sorts the elements of a set by their values. Nothing may be unknown.
 * @see https://github.com/zclconf/go-cty/blob/main/cty/set_internals.go
 */
export function isSameExcept({ before, after, unknown }: Sides, mayDiffer: MayDiffer): boolean {
  const isSameAt = (place: Place): boolean => {
    const { path, attribute, before: was, after: is, unknown: marks } = place;
    if (path !== "" && mayDiffer(place)) return true;
    if (isJsonObject(was) && isJsonObject(is) && marks !== true) {
      const keys = new Set([was, is, marks].flatMap((side) => (isJsonObject(side) ? Object.keys(side) : [])));
      return [...keys].every((key) =>
        isSameAt({
          path: path === "" ? key : `${path}.${key}`,
          attribute: path === "" ? key : attribute,
          isPart: path !== "",
          before: entry(was, key),
          after: entry(is, key),
          unknown: at(marks, key),
        }),
      );
    }
    if (Array.isArray(was) && Array.isArray(is) && marks !== true) {
      const isLonger = Array.isArray(marks) && marks.slice(is.length).some(holdsTrue);
      return (
        was.length === is.length &&
        !isLonger &&
        was.every((each, index) =>
          isSameAt({ ...place, isPart: true, before: each, after: is[index], unknown: at(marks, index) }),
        )
      );
    }
    return was === is && !holdsTrue(marks);
  };
  return isSameAt({ path: "", attribute: "", isPart: false, before, after, unknown });
}

/**
 * Whether a whole attribute is computed: the configuration does not set it, and it is no block on either side. The plan's configuration
 * omits `dynamic` blocks, so that each block may come from one, and so may those of an empty list.
 */
export function isComputed(change: Change, attribute: string): boolean {
  return (
    !isConfigured(change, attribute) &&
    [change.before, change.after].every((side) => {
      const value = entry(side ?? {}, attribute);
      return !Array.isArray(value) || value.length > 0;
    })
  );
}

/** Whether the marks of sensitive values are the same on both sides. */
export const hasSameMarks = ({ beforeSensitive, afterSensitive }: Pick<Change, "beforeSensitive" | "afterSensitive">) =>
  marked(beforeSensitive).join("\n") === marked(afterSensitive).join("\n");

/** Paths of the marked values. Terraform also writes empty objects, lists and `false`, which mark nothing. */
function marked(marks: Json, path = ""): string[] {
  if (marks === true) return [path];
  if (typeof marks !== "object" || marks === null) return [];
  return Object.entries(marks)
    .flatMap(([key, inner]) => marked(inner, JSON.stringify([path, key])))
    .sort();
}
