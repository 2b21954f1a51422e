import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { readStacks, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { blocksOf, type EnvironmentResources, inOrder, isName, own, printable, type Resource } from "./resource";

/**
 * The environments of the synthesized JSON, by name.
 *
 * @throws UserError when the directory contains no synthesis, an incomplete or old one, or files of another tool
 */
export function readSynthesis(directory: string): EnvironmentResources[] {
  return fromStacks(readStacks(directory));
}

/** @throws UserError when a stack does not name its environment, or contains an invalid resource */
export function fromStacks(stacks: readonly Pick<SynthesizedStack, "name" | "json">[]): EnvironmentResources[] {
  const environments = new Map<string, { region: string; resources: Resource[] }>();
  for (const { name, json } of stacks) {
    const { environment, region } = providerOf(name, json);
    const known = environments.get(environment) ?? { region, resources: [] };
    if (known.region !== region) {
      throw new UserError(
        `Environment ${printable(environment)} is in two regions, ${printable(known.region)} and ${printable(region)}: it is priced in one.`,
      );
    }
    known.resources.push(...resourcesOf(name, json));
    environments.set(environment, known);
  }
  return [...environments]
    .map(([environment, { region, resources }]) => ({ environment, region, resources: inOrder(resources) }))
    .sort((one, other) => (one.environment < other.environment ? -1 : 1));
}

function providerOf(name: string, json: JsonObject) {
  const providers = blocksOf(objectAt(json, "provider") ?? {}, "aws");
  const provider = providers.find((each) => own(each, "alias") === undefined);
  const tags = blocksOf(provider ?? {}, "default_tags").map((block) => objectAt(block, "tags"));
  const environment = own(tags[0] ?? {}, "env");
  const region = own(provider ?? {}, "region");
  if (!isName(environment) || !isName(region)) {
    throw new UserError(`Stack ${printable(name)} does not say its region and its env tag in the AWS provider.`);
  }
  return { environment, region };
}

function resourcesOf(stack: string, json: JsonObject): Resource[] {
  return Object.entries(objectAt(json, "resource") ?? {}).flatMap(([type, byName]) => {
    if (!isJsonObject(byName)) throw new UserError(`Stack ${printable(stack)}: ${printable(type)} is no resource.`);
    return Object.entries(byName).map(([name, values]) => {
      const address = `${type}.${name}`;
      if (!isJsonObject(values))
        throw new UserError(`Stack ${printable(stack)}: ${printable(address)} is no resource.`);
      return { type, address, stack, values };
    });
  });
}
