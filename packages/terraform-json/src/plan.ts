/**
 * The parts of `terraform show -json` that the tools read from a plan.
 *
 * Sensitive values are unmasked here: mask them by `before_sensitive` and `after_sensitive` before they are printed.
 */
import type { Json, JsonObject } from "@dev-one/cli/json";
import { isJsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

/** A replacement has two actions, delete and create, in the order of their execution. */
export type PlanAction = "no-op" | "create" | "read" | "update" | "delete" | "forget";

export interface PlannedChange {
  readonly actions: readonly PlanAction[];
  /** Null for a resource that will be created. */
  readonly before: Json;
  /** Null for a resource that will be deleted; unknown attributes are absent. */
  readonly after: Json;
  /** `true` in place of every value that is known only after the apply. */
  readonly after_unknown: Json;
  readonly before_sensitive: Json;
  readonly after_sensitive: Json;
  /** Paths of the attributes that force a replacement. */
  readonly replace_paths?: readonly (readonly (string | number)[])[];
}

export interface ResourceChange {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly index?: string | number;
  readonly provider_name: string;
  readonly change: PlannedChange;
  /** Such as "replace_because_cannot_update". */
  readonly action_reason?: string;
}

export interface Plan {
  readonly format_version: string;
  readonly terraform_version: string;
  readonly applyable?: boolean;
  readonly complete?: boolean;
  readonly errored?: boolean;
  readonly resource_changes: readonly ResourceChange[];
  /** Changes made outside Terraform, detected by this plan. */
  readonly resource_drift: readonly ResourceChange[];
  readonly output_changes: Readonly<Record<string, PlannedChange>>;
  readonly planned_values: JsonObject;
  readonly prior_state?: JsonObject;
  readonly configuration: JsonObject;
}

/** Reads the output of `terraform show -json PLANFILE`. @throws UserError when it is not a plan */
export function parsePlan(text: string): Plan {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    json = null;
  }
  if (!isJsonObject(json) || typeof json.format_version !== "string" || !isJsonObject(json.planned_values)) {
    throw new UserError("This is no plan: expected the output of `terraform show -json PLANFILE`.");
  }
  // Terraform omits empty properties. Its format is versioned, so the rest is assumed to be as documented.
  return { resource_changes: [], resource_drift: [], output_changes: {}, ...json } as unknown as Plan;
}

/** The managed resources that a plan changes, without reads and no-ops. */
export function changesOf(plan: Plan): ResourceChange[] {
  return plan.resource_changes.filter(
    ({ mode, change }) =>
      mode === "managed" && change.actions.some((action) => action !== "no-op" && action !== "read"),
  );
}
