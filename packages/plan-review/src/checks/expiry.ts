import type { Json, JsonObject } from "@dev-one/cli/json";

import { type Finding, forbid } from "../finding";
import { blocks, type Change, shown, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";

/** A rule by which objects expire. */
interface Expiry {
  readonly of: "objects" | "noncurrent versions" | "items";
  /** The filter of the rule, as JSON; `null` is all objects. */
  readonly filter: string;
  /** Days until they expire; 0 is a fixed date. */
  readonly days: number;
}

/** Objects that newly expire, or sooner than before. */
export function expiresSooner(change: Change, { changes, environment, lookup }: StackPlan): Finding[] {
  const after = expiries(change.type, change.after);
  if (after.length === 0) return [];
  const bucket = change.after?.bucket;
  const owner =
    changes.find(
      (other) => other.type === "aws_s3_bucket" && text(bucket) !== undefined && other.after?.bucket === bucket,
    ) ?? lookup.resource(change, bucket, "bucket");
  // A new bucket has no objects.
  const isNew =
    change.type === "aws_s3_bucket_lifecycle_configuration" ? owner?.action === "create" : change.before === undefined;
  if (isNew) return [];
  const before = expiries(change.type, change.before);
  return after
    .filter((each) => !before.some((other) => covers(other, each)))
    .map(({ of, days, filter }) => {
      const when =
        of === "items" ? "at the time in their TTL attribute" : days === 0 ? "on a fixed date" : `after ${days} days`;
      const title = [`${filter === "null" ? "All" : "Some"} ${of} expire ${when}: a new rule, or sooner than before`];
      return forbid("data-destroyed", "data loss", change, title, environment.isProduction && of !== "items");
    });
}

const covers = (one: Expiry, other: Expiry): boolean =>
  one.of === other.of && one.days <= other.days && (one.filter === "null" || one.filter === other.filter);

function expiries(type: string, side: JsonObject | undefined): Expiry[] {
  if (side === undefined) return [];
  switch (type) {
    case "aws_s3_bucket_lifecycle_configuration":
      return blocks(side.rule).flatMap((rule) => (rule.status === "Disabled" ? [] : ofRule(rule)));
    case "aws_s3_bucket":
      return blocks(side.lifecycle_rule).flatMap((rule) => (rule.enabled === false ? [] : ofRule(rule)));
    case "google_storage_bucket":
      return blocks(side.lifecycle_rule).flatMap((rule) =>
        blocks(rule.action).some((action) => action.type === "Delete")
          ? blocks(rule.condition).map((condition) => ({
              of: "objects" as const,
              filter: filterOf({ ...condition, age: null }),
              days: Number(condition.age ?? 0),
            }))
          : [],
      );
    case "aws_dynamodb_table":
      return blocks(side.ttl)
        .filter(({ enabled }) => enabled === true)
        .map(({ attribute_name: attribute }) => ({ of: "items", filter: shown(attribute), days: 0 }));
    default:
      return [];
  }
}

function ofRule(rule: JsonObject): Expiry[] {
  const filter = filterOf({ filter: rule.filter ?? null, prefix: rule.prefix ?? null, tags: rule.tags ?? null });
  const current = blocks(rule.expiration).flatMap(({ days, date }): number[] => {
    if (typeof days === "number" && days > 0) return [days];
    return text(date) === undefined ? [] : [0];
  });
  const former = blocks(rule.noncurrent_version_expiration).flatMap(({ days, noncurrent_days: noncurrent }) => {
    const after = noncurrent ?? days;
    return typeof after === "number" && after > 0 ? [after] : [];
  });
  return [
    ...current.map((days): Expiry => ({ of: "objects", filter, days })),
    ...former.map((days): Expiry => ({ of: "noncurrent versions", filter, days })),
  ];
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
