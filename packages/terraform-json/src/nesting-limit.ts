import type { Json } from "@dev-one/cli/json";

/** Exceeds the depth of every resource: provider schemas have a dozen levels, and modules a few more. */
const DEEPEST = 300;

/** Whether a value is nested more deeply than any valid one, so that a recursive function would overflow the stack. */
export function isTooDeep(value: Json, levels = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
