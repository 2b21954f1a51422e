import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";

import type { FoundProvider } from "./mirrors";
import { requiredProviders } from "./requirements";
import { satisfies } from "./version";

/** A version constraint that was replaced, because no version that meets it was found. */
export interface Relaxation {
  /** Full address, such as "registry.terraform.io/hashicorp/aws". */
  readonly address: string;
  /** The stack's constraint. */
  readonly wanted: string;
  /** The version that replaces it. */
  readonly used: string;
}

export interface Relaxed {
  /** A copy; the argument is not changed. */
  readonly stack: JsonObject;
  /** Empty when every constraint is met. */
  readonly relaxations: readonly Relaxation[];
}

/**
 * Replaces the version constraints of a stack by the provider versions that were found. For scratch copies only: the committed
 * configuration keeps the version that its bindings were generated from.
 *
 * @param found empty when the registry is used, which has every version
 */
export function relaxProviders(stack: JsonObject, found: readonly FoundProvider[]): Relaxed {
  const copy = structuredClone(stack);
  const providers = objectAt(copy, "terraform", "required_providers") ?? {};
  const relaxations: Relaxation[] = [];
  for (const { name, address, constraint } of requiredProviders(copy)) {
    const one = found.find((candidate) => candidate.address === address);
    const entry = providers[name];
    if (one === undefined || satisfies(one.version, constraint) || !isJsonObject(entry)) continue;
    entry.version = one.version;
    relaxations.push({ address, wanted: constraint, used: one.version });
  }
  return { stack: copy, relaxations };
}

/** One sentence for a person. */
export function describeRelaxation({ address, wanted, used }: Relaxation): string {
  const name = address.split("/").slice(1).join("/");
  return `Provider ${name} ${wanted} is not to be had here: this run uses ${used} (in its scratch copy only).`;
}
