import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { isJsonObject, type JsonObject, objectAt, readJsonFile } from "../../json";
import { UserError } from "../../user-error";
import { blocksOf, type EnvironmentResources, inOrder, isName, own, printable, type Resource } from "./resource";

interface SynthesizedStack {
  readonly name: string;
  readonly json: JsonObject;
}

/**
 * The environments of a synthesis, by name.
 *
 * @param cdktfVersion the version that the project uses: another one's output may be old
 * @throws UserError when the directory holds no synthesis, an old one or another tool's files
 */
export function readSynthesis(directory: string, cdktfVersion: string): EnvironmentResources[] {
  const stacks = join(directory, "stacks");
  if (statSync(stacks, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UserError(`${directory} holds no synthesized stacks: name the directory that \`npm run synth\` wrote.`);
  }
  return fromStacks(
    readdirSync(stacks)
      .sort()
      .map((name) => ({ name, json: readJsonFile(join(stacks, name, "cdk.tf.json")) })),
    cdktfVersion,
  );
}

/** @throws UserError when a stack is not what CDKTF of this version writes */
export function fromStacks(stacks: readonly SynthesizedStack[], cdktfVersion: string): EnvironmentResources[] {
  const environments = new Map<string, { region: string; resources: Resource[] }>();
  for (const { name, json } of stacks) {
    checkOrigin(name, json, cdktfVersion);
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
  if (environments.size === 0) throw new UserError("The synthesis holds no stack: run `npm run synth`.");
  return [...environments]
    .map(([environment, { region, resources }]) => ({ environment, region, resources: inOrder(resources) }))
    .sort((one, other) => (one.environment < other.environment ? -1 : 1));
}

/** The version of CDKTF that package.json pins. */
export function pinnedCdktfVersion(root: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return dependencies.cdktf ?? "";
}

function checkOrigin(name: string, json: JsonObject, cdktfVersion: string): void {
  const version = own(objectAt(json, "//", "metadata") ?? {}, "version");
  if (typeof version !== "string") {
    throw new UserError(`Stack ${printable(name)} was not written by CDKTF: run \`npm run synth\`.`);
  }
  if (version !== cdktfVersion) {
    throw new UserError(
      `Stack ${printable(name)} was written by CDKTF ${printable(version)}, and the project uses ${cdktfVersion}: run \`npm run synth\`.`,
    );
  }
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
