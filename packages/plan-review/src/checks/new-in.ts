import type { JsonObject } from "@dev-one/cli/json";

import { type Change, sidesAfter } from "../model/change";

/** What a resource has after the apply, and had not before. */
export function newIn<T>(change: Change, of: (side: JsonObject) => readonly T[]): T[] {
  const before = new Set(change.before === undefined ? [] : of(change.before).map((each) => JSON.stringify(each)));
  return sidesAfter(change)
    .flatMap(of)
    .filter((each) => !before.has(JSON.stringify(each)));
}
