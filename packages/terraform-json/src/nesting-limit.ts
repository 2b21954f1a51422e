import type { Json } from "@dev-one/cli/json";

/** Exceeds the depth of every resource: provider schemas have a dozen levels, and modules a few more. */
const DEEPEST = 300;

/** Whether a value is nested more deeply than any valid one, so that a recursive function would overflow the stack. */
export function isTooDeep(value: Json): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    const next: Json[] = [];
    for (const each of level) {
      if (typeof each !== "object" || each === null) continue;
      for (const inner of Array.isArray(each) ? each : Object.values(each)) {
        if (typeof inner === "object" && inner !== null) next.push(inner);
      }
    }
    level = next;
  }
  return false;
}
