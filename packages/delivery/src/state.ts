import type { JsonObject } from "@dev-one/cli/json";
import * as z from "zod";

const instance = z.object({
  attributes: z.record(z.string(), z.unknown()).nullish(),
  status: z.string().optional(),
  index_key: z.union([z.string(), z.number()]).optional(),
});
const resource = z.object({ mode: z.string(), type: z.string(), name: z.string(), instances: z.array(instance) });
const stored = z.object({ resources: z.array(resource).default([]) });

/** An instance of a managed resource in a state. */
export interface StateInstance {
  readonly type: string;
  readonly address: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Terraform would replace it, because its creation was not finished. */
  readonly isTainted: boolean;
}

/** The managed resources of a state, as Terraform stores it and `terraform state pull` prints it; none without a state. */
export function instancesIn(state: JsonObject | undefined): StateInstance[] {
  return stored
    .parse(state ?? {})
    .resources.filter(({ mode }) => mode === "managed")
    .flatMap(({ type, name, instances }) =>
      instances.map(({ attributes, status, index_key: key }) => ({
        type,
        address: `${type}.${name}${key === undefined ? "" : `[${JSON.stringify(key)}]`}`,
        attributes: attributes ?? {},
        isTainted: status === "tainted",
      })),
    );
}

/**
 * Whether `copy` holds every resource of `original`, by address and AWS resource id. Lineage and serial cannot identify a state:
 * Terraform resets both when it moves a state into an empty bucket.
 */
export function holdsAll(copy: readonly StateInstance[], original: readonly StateInstance[]): boolean {
  return original.every((one) =>
    copy.some(({ address, attributes }) => address === one.address && attributes.id === one.attributes.id),
  );
}
