import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { synthesize } from "../../../__tests__/support/synthesis";
import type { Environment } from "../../../src/config";
import { assumptionsOf, type Overrides } from "../src/assumptions";
import { type Estimate, estimate } from "../src/estimate";
import type { LineItem } from "../src/parts";
import type { EnvironmentResources } from "../src/resources/resource";
import { fromStacks } from "../src/resources/synthesized";

/** The resources of an environment, from the stacks that the project synthesizes. */
export function resourcesOf(environment: Environment): EnvironmentResources {
  const stacks = synthesize(environment).stacks.map(({ name, json }) => ({
    name,
    json: JSON.parse(json) as JsonObject,
  }));
  const [only] = fromStacks(stacks);
  if (only === undefined) throw new Error(`${environment.name} has no stack`);
  return only;
}

export function estimateOf(environment: Environment, overrides: Overrides = {}): Estimate {
  return estimate(resourcesOf(environment), assumptionsOf(environment.name, overrides));
}

/** The line of an estimate by its item, or by the beginning of it. */
export function lineOf(estimate: Estimate, item: string): LineItem {
  const lines = estimate.parts.flatMap((part) => part.lines);
  const found = lines.find((line) => line.item === item) ?? lines.find((line) => line.item.startsWith(item));
  if (found === undefined) throw new Error(`No line ${item} among ${lines.map((line) => line.item).join(", ")}`);
  return found;
}

/** An amount in dollars. */
export const usd = (amount: number): number => Math.round(amount * 1_000_000);

/** An environment with the resources of a type changed; `null` removes one. */
export function changed(
  environment: EnvironmentResources,
  type: string,
  change: (values: JsonObject) => JsonObject | null,
): EnvironmentResources {
  return {
    ...environment,
    resources: environment.resources.flatMap((resource) => {
      if (resource.type !== type) return [resource];
      const values = change(resource.values);
      return values === null ? [] : [{ ...resource, values }];
    }),
  };
}

/** An environment with one additional resource. */
export function withResource(
  environment: EnvironmentResources,
  type: string,
  values: JsonObject,
): EnvironmentResources {
  const resource = { type, address: `${type}.added`, stack: environment.environment, values };
  return { ...environment, resources: [...environment.resources, resource] };
}

/** The output of `terraform show -json` for a plan that changes one set of resources into another. */
export function planOf(before: EnvironmentResources, after: EnvironmentResources): JsonObject {
  const side = (from: EnvironmentResources) =>
    new Map(from.resources.map((resource) => [resource.address, { ...resource, values: planned(resource.values) }]));
  const [old, now] = [side(before), side(after)];
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: {},
    configuration: {
      provider_config: {
        aws: {
          name: "aws",
          expressions: {
            region: { constant_value: after.region },
            default_tags: [{ tags: { constant_value: { env: after.environment } } }],
          },
        },
      },
    },
    resource_changes: [...new Set([...old.keys(), ...now.keys()])].map((address) => ({
      address,
      mode: "managed",
      type: (now.get(address) ?? old.get(address))?.type ?? "",
      change: { before: old.get(address)?.values ?? null, after: now.get(address)?.values ?? null },
    })),
  };
}

/** Nested blocks as lists, and no references to other resources: Terraform does not know their values before the apply. */
function planned(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]): [string, Json][] => {
      if (key === "//" || isReference(value)) return [];
      if (Array.isArray(value)) {
        const known = value
          .filter((item) => !isReference(item))
          .map((item) => (isJsonObject(item) ? planned(item) : item));
        return known.length === 0 ? [] : [[key, known]];
      }
      return [[key, isJsonObject(value) ? [planned(value)] : value]];
    }),
  );
}

function isReference(value: Json): boolean {
  return typeof value === "string" && value.includes("${");
}
