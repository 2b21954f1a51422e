import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

/** The objects of a list, or the object itself: Terraform's JSON has a single nested block with or without a list around it. */
export function blocks(value: Json | undefined): JsonObject[] {
  if (Array.isArray(value)) return value.filter(isJsonObject);
  return isJsonObject(value) ? [value] : [];
}

/** The strings of a list, or the string itself. */
export function strings(value: Json | undefined): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** The resources of a module and of its child modules, in the values of a plan or state. */
export function resourcesInModule(module: JsonObject | undefined): JsonObject[] {
  if (module === undefined) return [];
  return [...blocks(module.resources), ...blocks(module.child_modules).flatMap(resourcesInModule)];
}

/** `module.a["x"].aws_b.c[0]` becomes `module.a.aws_b.c`. */
export function withoutKeys(address: string): string {
  return address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, "");
}

/** The value at a path of keys and indexes; undefined where it leads nowhere. */
export function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)];
    return isJsonObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined;
  }, value);
}

/** Whether some part is marked by `true`, in `after_unknown`, `before_sensitive` or `after_sensitive`. */
export function holdsTrue(marks: Json | undefined): boolean {
  if (typeof marks !== "object" || marks === null) return marks === true;
  return Object.values(marks).some(holdsTrue);
}

/** A part of a value, or of marks: all parts of `true`, which marks an unknown or a sensitive value, are marked. */
export function at(value: Json | undefined, key: string | number): Json | undefined {
  return value === true ? true : valueAt(value, [String(key)]);
}

/** Whether two values are the same JSON, apart from keys that are `null` on one side and missing on the other. */
export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other || (one ?? null) === (other ?? null)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    const isList = Array.isArray(one) && Array.isArray(other) && one.length === other.length;
    return isList && one.every((each, index) => isSame(each, other[index]));
  }
  return Object.keys({ ...one, ...other }).every((key) => isSame(valueAt(one, [key]), valueAt(other, [key])));
}
