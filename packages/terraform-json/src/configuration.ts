import { isJsonObject, type Json, type JsonObject, objectAt } from "@dev-one/cli/json";

import { referencesIn } from "./references";
import { blocks, strings, withoutKeys } from "./values";

interface ConfiguredResource {
  readonly module: string;
  readonly expressions: JsonObject;
  readonly dependsOn: readonly string[];
  /** Key of its provider in `provider_config`; undefined where the plan has none. */
  readonly provider: string | undefined;
  readonly hasProvisioners: boolean;
}

interface CalledModule {
  /** Prefix of the addresses in the module that calls it. */
  readonly caller: string;
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
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
  private readonly resources = new Map<string, ConfiguredResource>();
  private readonly modules = new Map<string, CalledModule>();

  constructor(private readonly json: JsonObject) {
    const root = objectAt(json, "root_module");
    if (root !== undefined) this.addModule(root, "");
  }

  /** Attributes and blocks that the configuration sets. */
  attributes(configAddress: string): ReadonlySet<string> | undefined {
    const found = this.resources.get(configAddress);
    return found === undefined ? undefined : new Set(Object.keys(found.expressions));
  }

  /**
   * The resources that an argument refers to, as addresses in the configuration, with a constant key where the reference has one;
   * through variables and outputs of modules, too. A plan does not contain local values, so that it does not say what they refer to.
   */
  references(configAddress: string, ...path: readonly string[]): string[] {
    const resource = this.resources.get(configAddress);
    if (resource === undefined) return [];
    if (path[0] === "depends_on") return this.resolve(resource.module, resource.dependsOn);
    let value: Json | undefined = resource.expressions;
    for (const part of path) {
      if (Array.isArray(value)) value = value[Number(part)];
      else value = isJsonObject(value) ? value[part] : undefined;
    }
    return this.resolve(resource.module, referencesIn(value));
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

  /** Key of the provider of a resource. */
  providerOf(configAddress: string): string | undefined {
    return this.resources.get(configAddress)?.provider;
  }

  /** Whether a resource has provisioners. */
  hasProvisioners(configAddress: string): boolean {
    return this.resources.get(configAddress)?.hasProvisioners ?? false;
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
        const { caller = "", inputs = {} } = this.modules.get(withoutKeys(module)) ?? {};
        return this.resolve(caller, referencesIn(inputs[name]), seen);
      }
      const inner = `${module}module.${name}${key}.`;
      const { expression } = objectAt(this.modules.get(withoutKeys(inner))?.outputs ?? {}, output) ?? {};
      return this.resolve(inner, referencesIn(expression), seen);
    });
  }

  private addModule(module: JsonObject, prefix: string): void {
    for (const resource of blocks(module.resources)) {
      if (typeof resource.address !== "string") continue;
      this.resources.set(`${prefix}${resource.address}`, {
        module: prefix,
        expressions: objectAt(resource, "expressions") ?? {},
        dependsOn: strings(resource.depends_on),
        provider: typeof resource.provider_config_key === "string" ? resource.provider_config_key : undefined,
        hasProvisioners: blocks(resource.provisioners).length > 0,
      });
    }
    for (const [name, call] of Object.entries(objectAt(module, "module_calls") ?? {})) {
      const inner = isJsonObject(call) ? objectAt(call, "module") : undefined;
      if (!isJsonObject(call) || inner === undefined) continue;
      const address = `${prefix}module.${name}.`;
      const inputs = objectAt(call, "expressions") ?? {};
      this.modules.set(address, { caller: prefix, inputs, outputs: objectAt(inner, "outputs") ?? {} });
      this.addModule(inner, address);
    }
  }
}

/** Construct paths by configuration address, from the synthesized JSON. */
export function constructPaths(synthesized: JsonObject | undefined): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const [type, byName] of Object.entries(objectAt(synthesized ?? {}, "resource") ?? {})) {
    if (!isJsonObject(byName)) continue;
    for (const [name, resource] of Object.entries(byName)) {
      const path = isJsonObject(resource) ? constructPath(resource) : undefined;
      if (path !== undefined) paths.set(`${type}.${name}`, path);
    }
  }
  return paths;
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
