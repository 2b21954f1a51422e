import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import { blocksOf, type EnvironmentResources, inOrder, isName, own, type Resource } from "./resource";

/** An environment before and after a plan; only the resources of the plan's stack. */
export interface PlannedEnvironment {
  readonly before: EnvironmentResources;
  readonly after: EnvironmentResources;
}

/** Whether a file looks like a plan, so that the error message can name the actual mistake. */
export function isPlan(json: JsonObject): boolean {
  return typeof json.format_version === "string" && isJsonObject(json.planned_values);
}

/**
 * Reads `terraform show -json PLANFILE`. Terraform also lists unchanged resources, so that both sides are complete.
 *
 * @throws UserError when it is not a plan, was written by an old Terraform, is incomplete or belongs to another project
 */
export function readPlan(json: JsonObject): PlannedEnvironment {
  if (!isPlan(json)) throw new UserError("This is no plan: expected the output of `terraform show -json PLANFILE`.");
  if (typeof json.format_version !== "string" || !/^1\.\d+$/.test(json.format_version)) {
    throw new UserError("The plan has a format that is not version 1: make it with Terraform 1.11 or newer.");
  }
  if (json.errored === true) throw new UserError("The plan ended with an error, so that it cannot be priced.");
  const provider = objectAt(json, "configuration", "provider_config", "aws", "expressions") ?? {};
  const region = own(objectAt(provider, "region") ?? {}, "constant_value");
  const tags = objectAt(blocksOf(provider, "default_tags")[0] ?? {}, "tags", "constant_value") ?? {};
  const environment = own(tags, "env");
  if (!isName(region) || !isName(environment)) {
    throw new UserError("The plan does not say its region and its env tag in the AWS provider.");
  }
  const changes = Array.isArray(json.resource_changes) ? json.resource_changes.filter(isJsonObject) : [];
  const side = (key: "before" | "after"): EnvironmentResources => ({
    environment,
    region,
    resources: inOrder(changes.flatMap((change) => resourceOf(change, key))),
  });
  return { before: side("before"), after: side("after") };
}

function resourceOf(change: JsonObject, key: "before" | "after"): Resource[] {
  const { type, address, mode } = change;
  const values = own(objectAt(change, "change") ?? {}, key);
  if (mode !== "managed" || !isJsonObject(values)) return [];
  if (typeof type !== "string" || typeof address !== "string")
    throw new UserError("The plan changes something nameless.");
  return [{ type, address, stack: "plan", values }];
}
