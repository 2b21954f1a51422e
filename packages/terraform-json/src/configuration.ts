import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";

import { referencesIn } from "./references";
import { blocks, strings, valueAt, withoutKeys } from "./values";

/** A resource or a module's call, and the prefix of the addresses in the module that holds it. */
interface Placed {
  readonly prefix: string;
  readonly json: JsonObject;
}

/** One provider, as the configuration sets it up. */
export interface ConfiguredProvider {
  /** Such as `aws.other`, or `module.a:aws`. */
  readonly key: string;
  /** Such as `aws`. */
  readonly name: string;
  /** Constant default tags or labels. */
  readonly defaultTags: readonly JsonObject[];
  /** Allowed accounts. */
  readonly accounts: readonly string[];
  /** Constant region. */
  readonly region: string | undefined;
}

/** The configuration in a plan. */
export class Configuration {
  private readonly resources = new Map<string, Placed>();
  /** By the prefix of the addresses in it. */
  private readonly calls = new Map<string, Placed>();

  constructor(private readonly json: JsonObject) {
    this.addModule(objectAt(json, "root_module") ?? {}, "");
  }

  /** Attributes and blocks that the configuration sets. */
  attributes(configAddress: string): ReadonlySet<string> | undefined {
    const found = this.resources.get(configAddress);
    return found === undefined ? undefined : new Set(Object.keys(expressionsOf(found.json)));
  }

  /**
   * The resources that an argument refers to, as addresses in the configuration, with a constant key where the reference has one;
   * through variables and outputs of modules, too. A plan does not contain local values, so that it does not say what they refer to.
   */
  references(configAddress: string, ...path: readonly string[]): string[] {
    const { prefix = "", json = {} } = this.resources.get(configAddress) ?? {};
    const references =
      path[0] === "depends_on" ? strings(json.depends_on) : referencesIn(valueAt(expressionsOf(json), path));
    return this.resolve(prefix, references);
  }

  /** The resource that an attribute refers to, as a configuration address; undefined when it refers to none, or to several. */
  reference(configAddress: string, ...path: readonly string[]): string | undefined {
    const [first, ...others] = new Set(this.references(configAddress, ...path).map(withoutKeys));
    return others.length === 0 ? first : undefined;
  }

  /** All configured providers. */
  providers(): ConfiguredProvider[] {
    return Object.entries(objectAt(this.json, "provider_config") ?? {}).map(([key, provider]) => {
      const expressions = isJsonObject(provider) ? (objectAt(provider, "expressions") ?? {}) : {};
      const name = isJsonObject(provider) && typeof provider.name === "string" ? provider.name : key;
      return {
        key,
        name: name.replace(/^.*:/, "").replace(/\..*$/, ""),
        defaultTags: [
          ...blocks(expressions.default_tags).map((block) => objectAt(block, "tags", "constant_value") ?? {}),
          objectAt(expressions, "default_labels", "constant_value") ?? {},
        ],
        accounts: strings(objectAt(expressions, "allowed_account_ids")?.constant_value),
        region: strings(objectAt(expressions, "region")?.constant_value)[0],
      };
    });
  }

  /** Key of the provider of a resource; undefined where the plan has none. */
  providerOf(configAddress: string): string | undefined {
    return strings(this.resources.get(configAddress)?.json.provider_config_key)[0];
  }

  /** Whether a resource has provisioners. */
  hasProvisioners(configAddress: string): boolean {
    return blocks(this.resources.get(configAddress)?.json.provisioners).length > 0;
  }

  /** Names of the variables that are declared as sensitive. */
  sensitiveVariables(): string[] {
    return Object.entries(objectAt(this.json, "root_module", "variables") ?? {}).flatMap(([name, variable]) =>
      isJsonObject(variable) && variable.sensitive === true ? [name] : [],
    );
  }

  /** References in a module, as addresses in the configuration. @param seen ends the circles of a forged plan */
  private resolve(module: string, references: readonly string[], seen = new Set<string>()): string[] {
    return references.flatMap((reference) => {
      const [, kind, name = "", key = "", output = ""] =
        /^([^.]+)\.([\w-]+)(\[.*\])?(?:\.(.+))?$/.exec(reference) ?? [];
      if (kind !== "var" && kind !== "module") return [`${module}${reference}`];
      if (seen.has(`${module}${reference}`)) return [];
      seen.add(`${module}${reference}`);
      if (kind === "var") {
        const { prefix = "", json = {} } = this.calls.get(withoutKeys(module)) ?? {};
        return this.resolve(prefix, referencesIn(expressionsOf(json)[name]), seen);
      }
      const inner = `${module}module.${name}${key}.`;
      const { json: called = {} } = this.calls.get(withoutKeys(inner)) ?? {};
      return this.resolve(inner, referencesIn(objectAt(called, "module", "outputs", output)?.expression), seen);
    });
  }

  private addModule(module: JsonObject, prefix: string): void {
    for (const json of blocks(module.resources)) {
      if (typeof json.address === "string") this.resources.set(`${prefix}${json.address}`, { prefix, json });
    }
    for (const [name, json] of Object.entries(objectAt(module, "module_calls") ?? {})) {
      if (!isJsonObject(json)) continue;
      const address = `${prefix}module.${name}.`;
      this.calls.set(address, { prefix, json });
      this.addModule(objectAt(json, "module") ?? {}, address);
    }
  }
}

const expressionsOf = (json: JsonObject): JsonObject => objectAt(json, "expressions") ?? {};

/** Construct paths by configuration address, from the synthesized JSON. */
export function constructPaths(synthesized: JsonObject | undefined): ReadonlyMap<string, string> {
  const types = Object.entries(objectAt(synthesized ?? {}, "resource") ?? {});
  return new Map(
    types.flatMap(([type, byName]) =>
      Object.entries(isJsonObject(byName) ? byName : {}).flatMap(([name, resource]): [string, string][] => {
        const path = isJsonObject(resource) ? constructPath(resource) : undefined;
        return path === undefined ? [] : [[`${type}.${name}`, path]];
      }),
    ),
  );
}

/** The construct path that CDKTF writes into a resource, with the stack's name first. */
export function constructPath(resource: JsonObject): string | undefined {
  return strings(objectAt(resource, "//", "metadata")?.path)[0];
}

/**
 * The construct path that CDKTF made an address from: its parts joined by underscores, and a hash. Ids with an underscore of
 * their own make the path differ from the real one.
 */
export function derivedPath(configAddress: string): string | undefined {
  const match = /^[\w-]+\.(.+)_[0-9A-F]{8}$/.exec(configAddress);
  return match?.[1]?.replaceAll("_", "/");
}
