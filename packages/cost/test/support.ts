import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { parsePlan, type RawPlan } from "@dev-one/terraform-json/read-plan";

import { sandbox } from "../../../__tests__/fixtures/environment";
import { thirdZone } from "../../../__tests__/fixtures/variants";
import { synthesize } from "../../../__tests__/support/synthesis";
import { defineEnvironment, type Environment, type EnvironmentProps } from "../../../src/config";
import type { Overrides } from "../src/assumptions";
import type { LineItem } from "../src/context";
import { type Estimate, estimate } from "../src/estimate";
import { type EnvironmentResources, fromStacks } from "../src/resources";

/** The stacks of an environment, as Terraform reads them. */
export type Stacks = readonly { readonly name: string; readonly json: JsonObject }[];

/** The sandbox, which is in a region with a price list, with something changed. */
export function sandboxWith(change: Partial<EnvironmentProps>): Environment {
  return defineEnvironment({ ...sandbox, ...change });
}

export const standby = sandboxWith({ database: { ...sandbox.database, multiAz: true }, interfaceEndpoints: true });

export const threeZones = sandboxWith({
  zones: [...sandbox.zones, { ...thirdZone, availabilityZoneId: "use1-az1" }],
});

export function stacksOf(environment: Environment): Stacks {
  return synthesize(environment).stacks.map(({ name, json }) => ({ name, json: JSON.parse(json) as JsonObject }));
}

export function resourcesOf(stacks: Stacks): EnvironmentResources {
  const [only] = fromStacks(stacks);
  if (only === undefined) throw new Error("there is no stack");
  return only;
}

export function estimateOf(environment: Environment | Stacks, overrides: Overrides = {}): Estimate {
  return estimate(resourcesOf("zones" in environment ? stacksOf(environment) : environment), overrides);
}

/** The line of an estimate by its item, or by the beginning of it. */
export function lineOf(estimated: Estimate, item: string): LineItem {
  const lines = estimated.parts.flatMap((part) => part.lines);
  const found = lines.find((line) => line.item === item) ?? lines.find((line) => line.item.startsWith(item));
  if (found === undefined) throw new Error(`No line ${item} among ${lines.map((line) => line.item).join(", ")}`);
  return found;
}

/** An amount in dollars. */
export const usd = (amount: number): number => Math.round(amount * 1_000_000);

/** Stacks with the resources of a type changed; `null` removes one. */
export function changed(stacks: Stacks, type: string, change: (values: JsonObject) => JsonObject | null): Stacks {
  return stacks.map(({ name, json }) => {
    const entries = Object.entries(objectOf(objectOf(json.resource)[type]));
    const values = entries.map(([id, old]) => [id, change(objectOf(old))] as const).filter(([, now]) => now !== null);
    return { name, json: { ...json, resource: { ...objectOf(json.resource), [type]: Object.fromEntries(values) } } };
  });
}

/** Stacks with additional resources in the last one. */
export function withResources(stacks: Stacks, type: string, ...added: readonly JsonObject[]): Stacks {
  return stacks.map(({ name, json }, index) => {
    if (index < stacks.length - 1) return { name, json };
    const resource = objectOf(json.resource);
    const own = Object.fromEntries(added.map((values, number) => [`added-${number + 1}`, values]));
    return { name, json: { ...json, resource: { ...resource, [type]: { ...objectOf(resource[type]), ...own } } } };
  });
}

/** The output of `terraform show -json` for a plan that changes one set of resources into another. */
export function planOf(before: Stacks, after: Stacks): RawPlan {
  const { environment, region } = resourcesOf(after.length === 0 ? before : after);
  const [old, now] = [plannedOf(before), plannedOf(after)];
  const tags = { constant_value: { env: environment } };
  const expressions = { region: { constant_value: region }, default_tags: [{ tags }] };
  const plan: JsonObject = {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: {},
    configuration: { provider_config: { aws: { name: "aws", expressions } } },
    resource_changes: [...new Set([...old.keys(), ...now.keys()])].map((address) => ({
      address,
      mode: "managed",
      type: address.split(".")[0] ?? "",
      change: { actions: ["update"], before: old.get(address) ?? null, after: now.get(address) ?? null },
    })),
  };
  return parsePlan(Buffer.from(JSON.stringify(plan)), "plan.json");
}

function plannedOf(stacks: Stacks): Map<string, JsonObject> {
  const resources = stacks.flatMap(({ json }) => Object.entries(objectOf(json.resource)));
  return new Map(
    resources.flatMap(([type, byName]) =>
      Object.entries(objectOf(byName)).map(([id, values]) => [`${type}.${id}`, planned(objectOf(values))] as const),
    ),
  );
}

/** Nested blocks as lists, and no references to other resources: Terraform does not know their values before the apply. */
function planned(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]): [string, Json][] => {
      if (key === "//" || isReference(value)) return [];
      if (!Array.isArray(value)) return [[key, isJsonObject(value) ? [planned(value)] : value]];
      const known = value.filter((item) => !isReference(item));
      return known.length === 0 ? [] : [[key, known.map((item) => (isJsonObject(item) ? planned(item) : item))]];
    }),
  );
}

function isReference(value: Json): boolean {
  return typeof value === "string" && value.includes("${");
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
