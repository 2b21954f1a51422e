import { isJsonObject, type Json, type JsonObject, objectAt } from "@dev-one/cli/json";

import { Configuration, constructPaths, derivedPath } from "../configuration";
import type { RawPlan } from "../read-plan";
import { resourcesInModule, strings, withoutKeys } from "../values";
import type { ReadResource } from "./resource";
import { environmentIn, Stack } from "./stack";

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
  plan: Pick<RawPlan, "resource_changes" | "prior_state" | "configuration">,
  { side = "after", computed = false, synthesized }: PlanOptions = {},
): Stack {
  const configuration = new Configuration(plan.configuration ?? {});
  const paths = constructPaths(synthesized);
  const provider = configuration.providers().find(({ key }) => key === "aws");
  const resource = (address: string, rest: Pick<ReadResource, "type" | "values" | "unknown" | "isManaged">) => {
    const configAddress = withoutKeys(address);
    const set = computed || side === "before" ? undefined : configuration.attributes(configAddress);
    const onlySet = <T extends Json | undefined>(json: T) =>
      set === undefined || !isJsonObject(json)
        ? json
        : Object.fromEntries(Object.entries(json).filter(([name]) => set.has(name)));
    return {
      ...rest,
      address,
      path: paths.get(configAddress)?.replace(/^[^/]+\//, "") ?? derivedPath(configAddress) ?? address,
      values: onlySet(rest.values),
      unknown: onlySet(rest.unknown),
      references: (path: readonly string[]) => configuration.references(configAddress, ...path),
    };
  };
  const changed = (plan.resource_changes ?? []).flatMap(({ address, mode, type, change, deposed }) => {
    const values = change[side];
    if (!isJsonObject(values) || typeof deposed === "string") return [];
    const unknown = side === "after" ? change.after_unknown : undefined;
    return [resource(address, { type, values, unknown, isManaged: mode === "managed" })];
  });
  // Data sources that Terraform could read for the plan are in the prior state, and not among the changes.
  const read = resourcesInModule(objectAt(plan.prior_state ?? {}, "values", "root_module")).flatMap((each) => {
    const [address = "", type = ""] = [...strings(each.address), ...strings(each.type)];
    const values = objectAt(each, "values") ?? {};
    return each.mode === "data" ? [resource(address, { type, values, unknown: undefined, isManaged: false })] : [];
  });
  return new Stack({
    name,
    source: "plan",
    environment: environmentIn(provider?.defaultTags ?? []),
    region: provider?.region,
    resources: [...changed, ...read],
    settings: {},
  });
}
