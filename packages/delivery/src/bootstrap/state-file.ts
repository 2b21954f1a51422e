import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

/**
 * Identifies a state by its resources. Lineage and serial cannot identify it: Terraform resets both when it moves a state into an
 * empty bucket.
 */
export interface StateIdentity {
  /** The managed resources, as address and AWS resource id, sorted. */
  readonly resources: readonly string[];
}

/** Addresses of the resources, without ids. */
export const addressesOf = ({ resources }: StateIdentity): string[] =>
  resources.map((resource) => resource.slice(0, resource.indexOf(" ")));

/** Reads a state as Terraform stores it. @returns undefined when there is no state, or when it holds no resource */
export function identify(state: JsonObject | undefined): StateIdentity | undefined {
  const { resources } = state ?? {};
  if (!Array.isArray(resources)) return undefined;
  const found = resources
    .filter(isJsonObject)
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ type, name, instances }) =>
      typeof type === "string" && typeof name === "string" ? [`${type}.${name} ${idsOf(instances)}`] : [],
    )
    .sort();
  return found.length === 0 ? undefined : { resources: found };
}

function idsOf(instances: Json | undefined): string {
  return (Array.isArray(instances) ? instances : [])
    .filter(isJsonObject)
    .map(({ attributes }) => (isJsonObject(attributes) ? JSON.stringify(attributes.id) : ""))
    .join();
}

/** Addresses of the managed resources that Terraform would replace because they are tainted: their creation was not finished. */
export function tainted(state: JsonObject): string[] {
  return (Array.isArray(state.resources) ? state.resources : []).filter(isJsonObject).flatMap((resource) => {
    const { mode, type, name, instances } = resource;
    if (mode !== "managed" || typeof type !== "string" || typeof name !== "string") return [];
    return (Array.isArray(instances) ? instances : [])
      .filter(isJsonObject)
      .filter(({ status }) => status === "tainted")
      .map(({ index_key: key }) => `${type}.${name}${key === undefined ? "" : `[${JSON.stringify(key)}]`}`);
  });
}

/** Whether `copy` holds every resource of `original`. */
export function holdsAll(copy: StateIdentity | undefined, original: StateIdentity): boolean {
  return original.resources.every((resource) => copy?.resources.includes(resource) === true);
}
