import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import { strings, withoutKeys } from "../values";
import { type ReadResource, Resource } from "./resource";

export interface StackProps extends Pick<Stack, "name" | "source" | "region"> {
  /** @default the stack's name, without its ending */
  readonly environment: string | undefined;
  readonly resources: readonly ReadResource[];
  /** The `terraform` and `provider` blocks. */
  readonly settings: JsonObject;
}

/** A stack, from synthesized JSON or from a plan. */
export class Stack {
  /** Such as `staging-monitoring`. */
  readonly name: string;
  /** Synthesized JSON contains the whole configuration; a plan contains values, but neither backend nor lifecycle. */
  readonly source: "synthesis" | "plan";
  /** Value of the resources' environment tag, such as `staging`. */
  readonly environment: string;
  /** Region of the AWS provider; undefined when it is not a constant. */
  readonly region: string | undefined;
  /** Managed resources, by construct path and address. */
  readonly resources: readonly Resource[];
  /** Data sources, by construct path and address. */
  readonly dataSources: readonly Resource[];
  /** Settings of the stack: its `terraform` and `provider` blocks. */
  readonly settings: Resource;
  private readonly byAddress = new Map<string, Resource[]>();

  constructor({ name, source, environment, region, resources, settings }: StackProps) {
    this.name = name;
    this.source = source;
    this.environment = environment ?? name.replace(/-(state|monitoring)$/, "");
    this.region = region;
    const own = { type: "stack", address: "terraform", path: "", values: settings, isManaged: false };
    this.settings = new Resource({ ...own, references: () => [] }, () => []);
    const all = resources
      .map((each) => ({ ...each, resource: new Resource(each, (address) => this.at(address, each.address)) }))
      .sort((one, other) => compare(one.path, other.path) || compare(one.address, other.address));
    for (const { address, resource } of all) {
      const base = withoutKeys(address);
      this.byAddress.set(base, [...(this.byAddress.get(base) ?? []), resource]);
    }
    this.resources = all.filter(({ isManaged }) => isManaged).map(({ resource }) => resource);
    this.dataSources = all.filter(({ isManaged }) => !isManaged).map(({ resource }) => resource);
  }

  /** Whether data and IP addresses must be preserved, as in production; other environments may be destroyed and created again. */
  get isProduction(): boolean {
    return this.environment === "production";
  }

  /** Managed resources of some types. */
  of(...types: readonly string[]): Resource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** The managed resource of a type. @throws UserError when there is not exactly one */
  only(type: string): Resource {
    const [first, ...others] = this.of(type);
    if (first === undefined || others.length > 0) {
      throw new UserError(`Stack ${this.name} has ${this.of(type).length} resources of type ${type} instead of one.`);
    }
    return first;
  }

  /** Managed resources of a type that refer to another one in an argument. */
  referring(type: string, argument: string, to: Resource): Resource[] {
    return this.of(type).filter((each) => each.targets(argument).includes(to));
  }

  /** Of a module with `count` or `for_each`, the instance that the reference is in. */
  private at(address: string, from: string): Resource[] {
    const found = this.byAddress.get(withoutKeys(address)) ?? [];
    const keyed = found.filter((each) => hasKeysOf(address, each.address));
    const candidates = keyed.length > 0 ? keyed : found;
    const module = moduleOf(from);
    const nearest = candidates.filter((each) => module !== "" && each.address.startsWith(module));
    return nearest.length > 0 ? nearest : candidates;
  }
}

/** Value of the environment tag that an AWS provider sets by default. */
export function environmentIn(defaultTags: readonly JsonObject[]): string | undefined {
  return strings(defaultTags[0]?.env)[0];
}

/** Whether an address has the keys of a reference, which may lack some. */
function hasKeysOf(reference: string, address: string): boolean {
  const wanted = partsOf(reference);
  let next = 0;
  for (const part of partsOf(address)) {
    if (part === wanted[next]) next += 1;
    else if (!part.startsWith("[") || wanted[next]?.startsWith("[") === true) return false;
  }
  return next === wanted.length;
}

const partsOf = (address: string): string[] => address.match(/\[[^\]]*\]|[^.[]+/g) ?? [];

/** Prefix of the addresses in the module instance of a resource. */
const moduleOf = (address: string): string => /^(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*/.exec(address)?.[0] ?? "";

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
