// Any mutation of a plan that needs no approval makes it need one.
import { isJsonObject, type Json, type JsonObject, objectAt } from "@dev-one/cli/json";
import type { RawChange, RawPlan, RawResourceChange } from "@dev-one/terraform-json/read-plan";
import fc from "fast-check";

import { committedPlan } from "../src/examples/committed";
import { scenarios } from "../src/examples/scenarios";
import { review, type Verdict } from "../src/verdict";
import { cases } from "./corpus/cases";
import { plan, source } from "./corpus/plans";

const harmless: readonly (readonly [string, RawPlan])[] = [
  ...cases.filter(({ expected }) => expected === "nothing").map((each) => [each.name, source(each.plan).plan] as const),
  ...scenarios
    .filter(([, , , verdict]) => verdict === "nothing")
    .map((each) => [each[0], committedPlan(each).plan] as const),
];

/** Where a difference is declared to have no effect, written down independently of the review. */
const COSMETIC: readonly (readonly [RegExp, RegExp])[] = [
  [/^(aws|azurerm)_/, /^tags$/],
  [/^aws_/, /^tags_all$/],
  [/^aws_(?!launch_template$|cloudwatch_metric_alarm$)/, /^(description|comment)$/],
  [/^aws_autoscaling_group$/, /^tag$/],
  [/^google_/, /labels$/],
  [/^datadog_service_level_objective$/, /^description$/],
  [/^datadog_monitor$/, /^(name|message|escalation_message)$/],
  [/dashboard|query_definition/, /./],
];
const ADJUSTED =
  /^aws_autoscaling_group desired_capacity|^aws_db_instance allocated_storage|^aws_launch_template (latest|default)_version|^azurerm_virtual_network subnet/;

type Path = readonly (string | number)[];
type Kind = "leaf" | "order" | "null" | "empty block" | "mark" | "unknown" | "unknown part";

/** A change of a plan, and a place in it where both sides are equal. */
interface Target {
  readonly name: string;
  readonly raw: RawPlan;
  readonly list: "resource_changes" | "resource_drift";
  readonly index: number;
  readonly path: Path;
  readonly kind: Kind;
}

const at = (value: Json | undefined, path: Path): Json | undefined =>
  path.reduce<Json | undefined>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as JsonObject)[key] : undefined),
    value,
  );

function withAt(value: Json | undefined, [key, ...rest]: Path, fresh: Json | undefined): Json {
  if (key === undefined) return fresh ?? null;
  const copy = (Array.isArray(value) ? [...value] : { ...(isJsonObject(value) ? value : {}) }) as JsonObject;
  if (fresh === undefined && rest.length === 0) Reflect.deleteProperty(copy, key);
  else copy[key] = withAt(copy[key], rest, fresh);
  return copy;
}

function pathsIn(value: Json | undefined, path: Path = []): Path[] {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const key = (name: string) => (Array.isArray(value) ? Number(name) : name);
  return [...(path.length > 0 ? [path] : []), ...inner.flatMap(([name, each]) => pathsIn(each, [...path, key(name)]))];
}

const isSame = (one: Json | undefined, other: Json | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

function kindsAt(value: Json | undefined): Kind[] {
  if (Array.isArray(value)) {
    const isOrdered = new Set(value.map((each) => JSON.stringify(each))).size > 1;
    return [...(isOrdered ? (["order"] as const) : []), "empty block"];
  }
  if (isJsonObject(value)) return [];
  return value === null || value === "" ? ["leaf", "null"] : ["leaf"];
}

const targets: readonly Target[] = harmless.flatMap(([name, raw]) =>
  (["resource_changes", "resource_drift"] as const).flatMap((list) =>
    (raw[list] ?? []).flatMap(({ address, change, type }, index): Target[] => {
      if (change.actions.join() !== "update") return [];
      const settled = pathsIn(change.before).filter(
        (path) => isSame(at(change.before, path), at(change.after, path)) && !isDeclared(type, String(path[0]), list),
      );
      const target = (path: Path, kind: Kind): Target => ({ name, raw, list, index, path, kind });
      return settled.flatMap((path) => [
        ...kindsAt(at(change.before, path)).map((kind) => target(path, kind)),
        ...(path.length > 1
          ? [target(path, "unknown part")]
          : isConfigured(raw, address, path)
            ? [target(path, "unknown")]
            : []),
        ...(path.length === 1 ? [target(path, "mark")] : []),
      ]);
    }),
  ),
);

/** Whether the configuration sets an attribute, or does not say. */
function isConfigured({ configuration }: RawPlan, address: string, [attribute = ""]: Path): boolean {
  const resources = objectAt(configuration ?? {}, "root_module")?.resources;
  const found = (Array.isArray(resources) ? resources.filter(isJsonObject) : []).find(
    (each) => each.address === address,
  );
  return found === undefined || objectAt(found, "expressions")?.[attribute] !== undefined;
}

function isDeclared(type: string, attribute: string, list: Target["list"]): boolean {
  const isCosmetic = COSMETIC.some(([types, attributes]) => types.test(type) && attributes.test(attribute));
  return isCosmetic || (list === "resource_drift" && ADJUSTED.test(`${type} ${attribute}`));
}

function mutated(change: RawChange, { path, kind }: Target, fresh: Json): RawChange {
  const value = at(change.after, path);
  const set = (other: Json | undefined): RawChange => ({ ...change, after: withAt(change.after, path, other) });
  switch (kind) {
    case "leaf":
      return set(fresh);
    case "null":
      return set(value === null ? "" : null);
    case "order":
      return set([...(value as Json[])].reverse());
    case "empty block":
      return set([...(value as Json[]), {}]);
    case "mark": {
      const isMarked = at(change.after_sensitive, path) === true;
      return { ...change, after_sensitive: withAt(change.after_sensitive, path, !isMarked) };
    }
    default:
      return { ...set(undefined), after_unknown: withAt(change.after_unknown, path, true) };
  }
}

/** The verdict of the plan with a mutation; of a large plan only the mutated change remains. */
function verdictOf(target: Target, fresh: Json): Verdict {
  const { raw, list, index } = target;
  const mutate = (each: RawResourceChange) => ({ ...each, change: mutated(each.change, target, fresh) });
  const changes = (raw[list] ?? []).map((each, place) => (place === index ? mutate(each) : each));
  const isLarge = changes.length > 20;
  const mutatedPlan = { ...raw, [list]: isLarge ? changes.slice(index, index + 1) : changes };
  return review([{ ...source(plan([])), plan: mutatedPlan }], { today: "2026-11-25" }).verdict;
}

test("the harmless plans have places of every kind", () => {
  expect(new Set(targets.map(({ kind }) => kind)).size).toBe(7);
  expect(targets.length).toBeGreaterThan(1000);
});

test("no mutation of an updated resource or of drift leaves nothing to approve", () => {
  // A text that is no number, no switch and no handle: no harmless step leads to it.
  const text = fc.string({ maxLength: 8 }).map((end) => `~${end}`);
  fc.assert(
    fc.property(fc.nat(targets.length - 1), text, (number, fresh) => {
      const target = targets[number];
      fc.pre(target !== undefined && !isProvidersDoing(target));
      const { name, list, index, path, kind } = target;
      const what = `${name}: ${kind} of ${path.join(".")} in ${list} ${index}`;
      expect(`${what}: ${verdictOf(target, fresh)}`).not.toBe(`${what}: nothing`);
    }),
    { numRuns: 700, seed: 17 },
  );
}, 60_000);

/** The strings for which the AWS provider plans an empty one, and attributes that AWS computes for what a release changes. */
function isProvidersDoing({ kind, path, raw, list, index }: Target): boolean {
  const address = `${raw[list]?.[index]?.type ?? ""} ${path.filter((part) => typeof part === "string").join(".")}`;
  if (kind === "unknown")
    return /^aws_s3_object (etag|version_id|checksum_)|_template (latest|default)_version/.test(address);
  return (
    kind === "null" && /capacity_reservation_preference$|^aws_db_instance (domain|replicate_source_db)$/.test(address)
  );
}

test.each(harmless.filter(([, { output_changes }]) => Object.keys(output_changes ?? {}).length > 0))(
  "an output that loses its mark needs approval: %s",
  (_name, raw) => {
    const outputs = Object.entries(raw.output_changes ?? {}).map(([name, change]) => [
      name,
      { ...change, actions: ["update"], before: "a", before_sensitive: true, after_sensitive: false },
    ]);
    const found = { ...raw, output_changes: Object.fromEntries(outputs) as RawPlan["output_changes"] };
    expect(review([{ ...source(plan([])), plan: found }], { today: "2026-11-25" }).verdict).toBe("approve");
  },
);
