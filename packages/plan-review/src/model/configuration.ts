import { isJsonObject, type Json, type JsonObject, objectAt } from "@dev-one/cli/json";

import { blocks, strings } from "./change";

interface ConfiguredResource {
  readonly module: string;
  readonly expressions: JsonObject;
  /** Key of its provider in `provider_config`; undefined where the plan has none. */
  readonly provider: string | undefined;
  readonly hasProvisioners: boolean;
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
}

/** The configuration in a plan. */
export class Configuration {
  private readonly resources = new Map<string, ConfiguredResource>();

  constructor(private readonly json: JsonObject) {
    const root = objectAt(json, "root_module");
    if (root !== undefined) this.addModule(root, "");
  }

  /** Attributes and blocks that the configuration sets. */
  attributes(configAddress: string): ReadonlySet<string> | undefined {
    const found = this.resources.get(configAddress);
    return found === undefined ? undefined : new Set(Object.keys(found.expressions));
  }

  /** The resource that an attribute refers to, as a configuration address; undefined when it refers to none, or to several. */
  reference(configAddress: string, ...path: readonly string[]): string | undefined {
    const found = this.resources.get(configAddress);
    if (found === undefined) return undefined;
    let value: Json | undefined = found.expressions;
    for (const part of path) {
      if (isJsonObject(value)) value = value[part];
      else if (Array.isArray(value)) value = value[Number(part)];
    }
    const targets = strings(isJsonObject(value) ? value.references : undefined)
      .map((reference) => /^(?:data\.)?[\w-]+\.[\w-]+/.exec(reference)?.[0])
      .filter((target) => target !== undefined && !/^(var|local|each|count|module|path|self|terraform)\./.test(target));
    const different = [...new Set(targets)];
    return different.length === 1 ? `${found.module}${different[0] ?? ""}` : undefined;
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

  private addModule(module: JsonObject, prefix: string): void {
    for (const resource of blocks(module.resources)) {
      if (typeof resource.address !== "string") continue;
      this.resources.set(`${prefix}${resource.address}`, {
        module: prefix,
        expressions: objectAt(resource, "expressions") ?? {},
        provider: typeof resource.provider_config_key === "string" ? resource.provider_config_key : undefined,
        hasProvisioners: blocks(resource.provisioners).length > 0,
      });
    }
    for (const [name, call] of Object.entries(objectAt(module, "module_calls") ?? {})) {
      const inner = isJsonObject(call) ? objectAt(call, "module") : undefined;
      if (inner !== undefined) this.addModule(inner, `${prefix}module.${name}.`);
    }
  }
}

/** Construct paths by configuration address, from the synthesized JSON. */
export function constructPaths(synthesized: JsonObject | undefined): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const [type, byName] of Object.entries(objectAt(synthesized ?? {}, "resource") ?? {})) {
    if (!isJsonObject(byName)) continue;
    for (const [name, resource] of Object.entries(byName)) {
      const path = isJsonObject(resource) ? objectAt(resource, "//", "metadata")?.path : undefined;
      if (typeof path === "string") paths.set(`${type}.${name}`, path);
    }
  }
  return paths;
}

/**
 * The construct path that CDKTF made an address from: its parts joined by underscores, and a hash. Ids with an underscore of
 * their own make the path differ from the real one.
 */
export function derivedPath(configAddress: string): string | undefined {
  const match = /^[\w-]+\.(.+)_[0-9A-F]{8}$/.exec(configAddress);
  return match?.[1]?.replaceAll("_", "/");
}
