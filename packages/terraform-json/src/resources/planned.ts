import { isJsonObject, type JsonObject } from "@dev-one/cli/json";

import { Configuration, constructPaths, derivedPath } from "../configuration";
import type { RawPlan } from "../read-plan";
import { withoutKeys } from "../values";
import { environmentIn, type ReadResource, Stack } from "./stack";

/** How to read a plan. */
export interface PlanOptions {
  /** Resources before the plan, or after it. @default "after" */
  readonly side?: "before" | "after";
  /**
   * Includes values that the configuration does not set, such as the default policy of a VPC endpoint.
   * @default false: arguments are as in synthesized JSON
   */
  readonly computed?: boolean;
  /** Synthesized JSON of the same stack, for the construct paths. @default none: paths are derived from the addresses */
  readonly synthesized?: JsonObject | undefined;
}

/** Reads the resources of a plan. Unchanged ones are part of it. */
export function fromPlan(
  name: string,
  plan: Pick<RawPlan, "resource_changes" | "configuration">,
  { side = "after", computed = false, synthesized }: PlanOptions = {},
): Stack {
  const configuration = new Configuration(plan.configuration ?? {});
  const paths = constructPaths(synthesized);
  const provider = configuration.providers().find(({ key }) => key === "aws");
  const resources = (plan.resource_changes ?? []).flatMap(
    ({ address, mode, type, change, deposed }): ReadResource[] => {
      const values = change[side];
      if (!isJsonObject(values) || typeof deposed === "string") return [];
      const configAddress = withoutKeys(address);
      const set = computed || side === "before" ? undefined : configuration.attributes(configAddress);
      const onlySet = (all: JsonObject) =>
        set === undefined ? all : Object.fromEntries(Object.entries(all).filter(([key]) => set.has(key)));
      const unknown = side === "after" ? change.after_unknown : undefined;
      return [
        {
          type,
          address,
          path: paths.get(configAddress)?.replace(/^[^/]+\//, "") ?? derivedPath(configAddress) ?? address,
          values: onlySet(values),
          unknown: isJsonObject(unknown) ? onlySet(unknown) : unknown,
          isManaged: mode === "managed",
          references: (path) => configuration.references(configAddress, ...path),
        },
      ];
    },
  );
  return new Stack({
    name,
    source: "plan",
    environment: environmentIn(provider?.defaultTags ?? []),
    region: provider?.region,
    resources,
    settings: {},
  });
}
