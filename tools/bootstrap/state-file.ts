import { isJsonObject, type JsonObject } from "../json";

/** What tells one state from another. */
export interface StateIdentity {
  /** Made once, when the state is; states with different lineages describe different things. */
  readonly lineage: string;
  /** Grows with every change. */
  readonly serial: number;
  /** Addresses of the managed resources, sorted. */
  readonly resources: readonly string[];
}

/** Reads a state as Terraform stores it. @returns undefined when there is none, or when it holds no resource */
export function identify(state: JsonObject | undefined): StateIdentity | undefined {
  const { lineage, serial, resources } = state ?? {};
  if (typeof lineage !== "string" || typeof serial !== "number" || !Array.isArray(resources)) return undefined;
  const addresses = resources
    .filter(isJsonObject)
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ type, name }) => (typeof type === "string" && typeof name === "string" ? [`${type}.${name}`] : []))
    .sort();
  return addresses.length === 0 ? undefined : { lineage, serial, resources: addresses };
}

/** Whether `copy` holds everything that `original` does. */
export function holdsAll(copy: StateIdentity | undefined, original: StateIdentity): boolean {
  if (copy?.lineage !== original.lineage || copy.serial < original.serial) return false;
  return original.resources.every((address) => copy.resources.includes(address));
}
