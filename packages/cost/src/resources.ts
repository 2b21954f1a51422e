import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";
import { printable } from "@dev-one/cli/printable";
import { UserError } from "@dev-one/cli/user-error";
import { fromPlan, fromSynthesis, type Resource, type Stack } from "@dev-one/terraform-json/resources";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

/** The resources of an environment. */
export interface EnvironmentResources {
  readonly environment: string;
  readonly region: string;
  /** By address, so that the order depends on neither the machine nor the order of stacks. */
  readonly resources: readonly Resource[];
}

/** The environments of synthesized stacks, by name. @throws UserError when a stack names neither its environment nor its region */
export function fromStacks(stacks: readonly Pick<SynthesizedStack, "name" | "json">[]): EnvironmentResources[] {
  const environments = new Map<string, EnvironmentResources>();
  for (const { name, json } of stacks) {
    const stack = fromSynthesis(name, json);
    const [provider] = [objectAt(json, "provider")?.aws].flat();
    const region = isJsonObject(provider) ? provider.region : undefined;
    const known = environments.get(stack.environment);
    const read = environmentOf(stack, region, Object.keys(objectAt(json, "resource") ?? {}), name);
    if (known !== undefined && known.region !== read.region) {
      throw new UserError(
        `Environment ${printable(read.environment)} is in two regions, ${known.region} and ${read.region}.`,
      );
    }
    environments.set(read.environment, {
      ...read,
      resources: inOrder([...(known?.resources ?? []), ...read.resources]),
    });
  }
  return [...environments.values()].sort((one, other) => (one.environment < other.environment ? -1 : 1));
}

export interface PlannedEnvironment {
  readonly before: EnvironmentResources;
  readonly after: EnvironmentResources;
}

/** Both sides of `terraform show -json PLANFILE`, whose resources include the unchanged ones. @throws UserError when it is no plan */
export function readPlan(json: JsonObject): PlannedEnvironment {
  if (!isJsonObject(json.planned_values)) {
    throw new UserError("This is no plan: expected the output of `terraform show -json PLANFILE`.");
  }
  if (typeof json.format_version !== "string" || !/^1\.\d+$/.test(json.format_version)) {
    throw new UserError("The plan has a format that is not version 1: make it with Terraform 1.11 or newer.");
  }
  if (json.errored === true) throw new UserError("The plan ended with an error, so that it cannot be priced.");
  const changes = Array.isArray(json.resource_changes) ? json.resource_changes.filter(isJsonObject) : [];
  const types = changes.flatMap(({ type }) => (typeof type === "string" ? [type] : []));
  const provider = objectAt(json, "configuration", "provider_config", "aws", "expressions", "region");
  const before = changes.map((each) => ({ ...each, change: { after: objectAt(each, "change")?.before ?? null } }));
  const side = (plan: JsonObject) => environmentOf(fromPlan("plan", plan), provider?.constant_value, types, "plan");
  return { before: side({ ...json, resource_changes: before }), after: side(json) };
}

function environmentOf(stack: Stack, region: unknown, types: readonly string[], name: string): EnvironmentResources {
  const { environment } = stack;
  if (!isName(environment) || !isName(region)) {
    throw new UserError(`Stack ${printable(name)} does not say its region and its env tag in the AWS provider.`);
  }
  return { environment, region, resources: inOrder(stack.of(...types)) };
}

function inOrder(resources: readonly Resource[]): Resource[] {
  return [...resources].sort((one, other) => (one.address < other.address ? -1 : Number(one.address > other.address)));
}

function isName(value: unknown): value is string {
  return typeof value === "string" && /^[a-z][a-z0-9-]{0,40}$/.test(value);
}
