import { isJsonObject, type Json, type JsonObject, objectAt } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

export interface Resource {
  readonly type: string;
  /** Terraform's address, such as `aws_vpc.network_vpc_BDAB4594`. */
  readonly address: string;
  /** Construct path without the stack, such as `network/vpc/vpc`. */
  readonly path: string;
  readonly values: JsonObject;
}

/** The resources of one synthesized stack, and their references. */
export class TerraformJson {
  readonly resources: readonly Resource[];
  private readonly byAddress: ReadonlyMap<string, Resource>;

  /** @throws UserError when the JSON was not written by CDKTF */
  constructor(
    readonly name: string,
    readonly json: JsonObject,
  ) {
    if (objectAt(json, "//", "metadata")?.stackName !== name) {
      throw new UserError(`The JSON of stack ${name} is not what CDKTF writes for it; run \`npm run synth\` again.`);
    }
    this.resources = Object.entries(objectAt(json, "resource") ?? {}).flatMap(([type, named]) =>
      Object.entries(isJsonObject(named) ? named : {}).map(([id, values]) => resourceOf(name, type, id, values)),
    );
    this.byAddress = new Map(this.resources.map((resource) => [resource.address, resource]));
  }

  static of(stack: SynthesizedStack): TerraformJson {
    return new TerraformJson(stack.name, stack.json);
  }

  /** Every resource of a type, in the order of their construct paths. */
  all(type: string): Resource[] {
    return this.resources.filter((each) => each.type === type).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** @throws UserError when there is not exactly one */
  only(type: string): Resource {
    const [first, ...others] = this.all(type);
    if (first === undefined || others.length > 0) {
      throw new UserError(
        `Stack ${this.name} has ${this.all(type).length} resources of type ${type}, and the picture has a place for one.`,
      );
    }
    return first;
  }

  /** The resources that a value refers to at any depth, without duplicates. */
  targets(value: Json | undefined): Resource[] {
    return [...new Set(referencesIn(value))].flatMap((address) => this.byAddress.get(address) ?? []);
  }

  /** Whether a value refers to a resource. */
  refers(value: Json | undefined, to: Resource): boolean {
    return this.targets(value).includes(to);
  }
}

/** A string attribute of a resource. @throws UserError when it is missing or not a string */
export function textOf(resource: Resource, key: string): string {
  const value = resource.values[key];
  if (typeof value !== "string") throw lacks(resource, key);
  return value;
}

/** A numeric attribute of a resource, which Terraform also accepts as a string. @throws UserError when it is neither */
export function numberOf(resource: Resource, key: string): number {
  const value = resource.values[key];
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) throw lacks(resource, key);
  return number;
}

/** The blocks of a resource under a key: a list of objects, or one object. */
export function blocksOf(values: JsonObject, key: string): JsonObject[] {
  const value = values[key];
  if (isJsonObject(value)) return [value];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function lacks(resource: Resource, key: string): UserError {
  return new UserError(
    `${resource.address} has no ${key}, which the picture shows; is the JSON of another version of this project?`,
  );
}

function resourceOf(stack: string, type: string, id: string, values: Json): Resource {
  const path = isJsonObject(values) ? objectAt(values, "//", "metadata")?.path : undefined;
  if (!isJsonObject(values) || typeof path !== "string") {
    throw new UserError(`${type}.${id} in stack ${stack} carries no construct path: CDKTF has not written this JSON.`);
  }
  return { type, address: `${type}.${id}`, path: path.slice(stack.length + 1), values };
}

function referencesIn(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (isJsonObject(value)) return Object.values(value).flatMap(referencesIn);
  if (typeof value !== "string" || !value.includes("${")) return [];
  return [...value.matchAll(/\b[a-z]+_[a-z0-9_]+\.[\w-]+/g)].map(([address]) => address);
}
