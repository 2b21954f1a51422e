import type { Json, JsonObject } from "@dev-one/cli/json";

import { type Finding, forbid } from "../finding";
import { blocks, type Change, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";

/** A rule by which objects expire. */
interface Expiry {
  readonly of: "objects" | "noncurrent versions";
  /** The filter of the rule, as JSON; `null` is all objects. */
  readonly filter: string;
  /** Days until they expire; 0 is a fixed date. */
  readonly days: number;
}

/** Objects of a bucket that newly expire, or sooner than before. */
export function expiresSooner(change: Change, { changes, environment, lookup }: StackPlan): Finding[] {
  const after = expiries(change.type, change.after);
  if (after.length === 0) return [];
  const bucket = text(change.after?.bucket);
  const owner =
    changes.find((each) => each.type === "aws_s3_bucket" && bucket !== undefined && each.after?.bucket === bucket) ??
    lookup.resource(change, change.after?.bucket, "bucket");
  // A new bucket has no objects.
  if (owner?.action === "create") return [];
  const before = expiries(change.type, change.before);
  return after
    .filter((each) => !before.some((other) => covers(other, each)))
    .map(({ of, days, filter }) => {
      const when = days === 0 ? "on a fixed date" : `after ${days} days`;
      const title = [`${filter === "null" ? "All" : "Some"} ${of} expire ${when}: a new rule, or sooner than before`];
      return forbid("data-destroyed", "data loss", change, title, environment.isProduction);
    });
}

const covers = (one: Expiry, other: Expiry): boolean =>
  one.of === other.of && one.days <= other.days && (one.filter === "null" || one.filter === other.filter);

/** Of the resource with the rules of a bucket, or of a bucket with inline rules. */
function expiries(type: string, side: JsonObject | undefined): Expiry[] {
  if (!/^aws_s3_bucket(_lifecycle_configuration)?$/.test(type)) return [];
  return [...blocks(side?.rule), ...blocks(side?.lifecycle_rule)]
    .filter(({ status, enabled }) => status !== "Disabled" && enabled !== false)
    .flatMap(({ filter: inner, prefix, tags, expiration, noncurrent_version_expiration: noncurrent }) => {
      const filter = filterOf({ filter: inner ?? null, prefix: prefix ?? null, tags: tags ?? null });
      const isTime = (days: Json | undefined): days is number => typeof days === "number" && days > 0;
      const current = blocks(expiration).flatMap(({ days, date }) => {
        if (isTime(days)) return [days];
        return text(date) === undefined ? [] : [0];
      });
      const former = blocks(noncurrent).map(({ days, noncurrent_days: after }) => after ?? days);
      return [
        ...current.map((days): Expiry => ({ of: "objects", filter, days })),
        ...former.filter(isTime).map((days): Expiry => ({ of: "noncurrent versions", filter, days })),
      ];
    });
}

/** A filter without empty values; the reviver gets a value after its parts. */
function filterOf(json: Json): string {
  const isEmpty = (value: Json): boolean =>
    ["", 0, false, null].includes(value as string) ||
    (typeof value === "object" && Object.keys(value as JsonObject).length === 0);
  const filter = JSON.parse(JSON.stringify(json), (_, value: Json) => (isEmpty(value) ? undefined : value)) as
    Json | undefined;
  return JSON.stringify(filter ?? null);
}
