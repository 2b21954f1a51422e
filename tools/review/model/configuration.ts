import { isJsonObject, type Json, type JsonObject, objectAt } from "../../json";
import { blocks, strings } from "./change";

interface ConfiguredResource {
  readonly module: string;
  readonly expressions: JsonObject;
}

/** What the plan says about the configuration that it was made from. */
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

  /** Constant values of the provider's `default_tags`. */
  defaultTags(): JsonObject[] {
    return this.providers().flatMap((expressions) =>
      blocks(expressions.default_tags).map((block) => objectAt(block, "tags", "constant_value") ?? {}),
    );
  }

  /** Accounts that the providers are bound to. */
  allowedAccounts(): string[] {
    return this.providers().flatMap((expressions) =>
      strings(objectAt(expressions, "allowed_account_ids")?.constant_value),
    );
  }

  /** Names of the variables that are declared as sensitive. */
  sensitiveVariables(): string[] {
    return Object.entries(objectAt(this.json, "root_module", "variables") ?? {}).flatMap(([name, variable]) =>
      isJsonObject(variable) && variable.sensitive === true ? [name] : [],
    );
  }

  private providers(): JsonObject[] {
    return Object.values(objectAt(this.json, "provider_config") ?? {}).flatMap((provider) =>
      isJsonObject(provider) ? [objectAt(provider, "expressions") ?? {}] : [],
    );
  }

  private addModule(module: JsonObject, prefix: string): void {
    for (const resource of blocks(module.resources)) {
      if (typeof resource.address !== "string") continue;
      this.resources.set(`${prefix}${resource.address}`, {
        module: prefix,
        expressions: objectAt(resource, "expressions") ?? {},
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
 * The construct path that CDKTF made an address from: its parts joined by underscores, and a hash. Where an id has an underscore
 * of its own, the path is not quite that of the program.
 */
export function derivedPath(configAddress: string): string | undefined {
  const match = /^[\w-]+\.(.+)_[0-9A-F]{8}$/.exec(configAddress);
  return match?.[1]?.replaceAll("_", "/");
}
