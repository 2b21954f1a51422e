import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";

import type { FoundProvider } from "./mirrors";
import { meets, requiredProviders, shortName } from "./requirements";

export interface Relaxed {
  /** A copy; the argument is not changed. */
  readonly stack: JsonObject;
  /** A sentence for each version that was replaced. */
  readonly relaxations: readonly string[];
}

/**
 * Replaces the required versions of a stack by the provider versions that were found. For scratch copies only: the committed
 * configuration keeps the version that its bindings were generated from.
 *
 * @param found empty when the registry is used, which has every version
 */
export function relaxProviders(stack: JsonObject, found: readonly FoundProvider[]): Relaxed {
  const copy = structuredClone(stack);
  const providers = objectAt(copy, "terraform", "required_providers") ?? {};
  const relaxations: string[] = [];
  for (const requirement of requiredProviders(copy)) {
    const { name, address, version } = requirement;
    const one = found.find((candidate) => candidate.address === address);
    const entry = providers[name];
    if (one === undefined || meets(one.version, requirement) || !isJsonObject(entry)) continue;
    entry.version = one.version;
    const wanted = `${shortName(address)} ${version}`;
    relaxations.push(
      `Provider ${wanted} is not to be had here: this run uses ${one.version} (in its scratch copy only).`,
    );
  }
  return { stack: copy, relaxations };
}
