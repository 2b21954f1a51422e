import { isJsonObject, type Json } from "@dev-one/cli/json";
import type { RawResourceChange } from "@dev-one/terraform-json/read-plan";

/** One attribute that a plan changes. */
export interface AttributeChange {
  readonly address: string;
  readonly resourceType: string;
  /** Such as `tag_specifications.0.tags.Name`; empty when the whole resource is created or deleted. */
  readonly path: string;
  readonly actions: readonly string[];
}

/** Every attribute that a planned change of a resource changes. */
export function attributeChanges({ address, type, change }: RawResourceChange): AttributeChange[] {
  const base = { address, resourceType: type, actions: change.actions };
  if (!isJsonObject(change.before) || !isJsonObject(change.after)) return [{ ...base, path: "" }];
  const paths = differences(change.before, change.after, change.after_unknown, []);
  return paths.map((path) => ({ ...base, path: path.join(".") }));
}

function differences(
  before: Json | undefined,
  after: Json | undefined,
  unknown: Json | undefined,
  path: string[],
): string[][] {
  // Known only after the apply: Terraform derives it from another attribute, whose change is listed itself.
  if (unknown === true) return [];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    const unknowns = Array.isArray(unknown) ? unknown : [];
    return before.flatMap((each, index) => differences(each, after[index], unknowns[index], [...path, String(index)]));
  }
  if (isJsonObject(before) && isJsonObject(after)) {
    const unknowns = isJsonObject(unknown) ? unknown : {};
    const keys = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknowns)]);
    return [...keys].sort().flatMap((key) => differences(before[key], after[key], unknowns[key], [...path, key]));
  }
  return isSame(before, after) ? [] : [path];
}

const isSame = (one: Json | undefined, other: Json | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
