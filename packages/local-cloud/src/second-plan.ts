import { isDeepStrictEqual } from "node:util";

import { isJsonObject } from "@dev-one/cli/json";
import { changesOf, type RawPlan } from "@dev-one/terraform-json/read-plan";

/** What a plan changes, one line for each resource and output, with the names of the attributes. */
export function describeChanges(plan: RawPlan): string[] {
  const resources = changesOf(plan).map(({ address, change: { actions, before, after, after_unknown: unknown } }) => {
    if (!isJsonObject(before) || !isJsonObject(after)) return `${actions.join(" and ")} ${address}`;
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    // Known only after the apply: Terraform derives it from another attribute, whose change is listed itself.
    const isDerived = (name: string): boolean => isJsonObject(unknown) && unknown[name] === true;
    const changed = names.filter((name) => !isDerived(name) && !isDeepStrictEqual(before[name], after[name]));
    return `${actions.join(" and ")} ${address}: ${changed.join(", ")}`;
  });
  const outputs = Object.entries(plan.output_changes ?? {})
    .filter(([, { actions }]) => actions.some((action) => action !== "no-op"))
    .map(([name, { actions }]) => `${actions.join(" and ")} output.${name}`);
  return [...resources, ...outputs];
}
