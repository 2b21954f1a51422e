import { isDeepStrictEqual } from "node:util";

import { isJsonObject } from "@dev-one/cli/json";
import { maintenanceWindowOf } from "@dev-one/terraform-json/maintenance-window";
import { changesOf, type RawPlan, type RawResourceChange } from "@dev-one/terraform-json/read-plan";

import type { GitHub, IssueOutcome } from "./github";

const LABEL = "drift";
const MOST_LINES = 50;

/** Attributes that AWS or the roll-out changes by itself. They are ignored, because they would be reported every night. */
const OWN_AFFAIRS: Readonly<Record<string, readonly string[]>> = {
  // The time of the newest backup.
  aws_db_instance: ["latest_restorable_time"],
  // ACM renews certificates.
  aws_acm_certificate: ["not_after", "not_before", "pending_renewal", "renewal_summary", "status"],
  // Scaling policies change the desired capacity, and `npm run roll-out` the version of the launch template.
  aws_autoscaling_group: ["desired_capacity", "launch_template", "predicted_capacity", "warm_pool_size"],
};

/**
 * Drift of a stack's resources; empty when there is none. It includes drift that no plan corrects: Terraform plans no change for
 * attributes that the configuration does not set, such as a rule that was added to a security group outside Terraform.
 */
export function driftOf(plan: RawPlan): string[] {
  const outside = (plan.resource_drift ?? []).flatMap((resource) => {
    const { address, change } = resource;
    const attributes = changedAttributes(resource);
    if (change.actions.join() === "update" && attributes.length === 0) return [];
    const which = attributes.length === 0 ? "" : `: ${attributes.join(", ")}`;
    return [`${address}: changed outside Terraform (${change.actions.join(", ")}${which})`];
  });
  const planned = changesOf(plan).map(
    (resource) => `${resource.address}: a plan would ${resource.change.actions.join(" and ")} it${waiting(resource)}`,
  );
  return [...outside, ...planned];
}

/** Changes of a database that may be applied and wait for its maintenance window: Terraform plans them until then. */
function waiting(resource: RawResourceChange): string {
  const { type, change } = resource;
  if (type !== "aws_db_instance" || !isJsonObject(change.after)) return "";
  const { after } = change;
  const waits = changedAttributes(resource).filter((attribute) => maintenanceWindowOf(after, attribute) !== undefined);
  const [first] = waits;
  if (first === undefined) return "";
  const window = maintenanceWindowOf(after, first) ?? "";
  return `; ${waits.join(", ")}: if applied already, RDS changes it in the maintenance window ${window}`;
}

/** Attribute names only, because values may be secret. */
function changedAttributes({ type, change: { before, after } }: RawResourceChange): string[] {
  if (!isJsonObject(before) || !isJsonObject(after)) return [];
  const own = Object.hasOwn(OWN_AFFAIRS, type) ? (OWN_AFFAIRS[type] ?? []) : [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !own.includes(key) && !isDeepStrictEqual(before[key] ?? null, after[key] ?? null))
    .sort();
}

/** Opens, updates or closes the drift issue of the stack. It contains addresses only, because values may be secret. */
export function reportDrift(github: GitHub, stack: string, drift: readonly string[]): Promise<IssueOutcome> {
  const title = `Drift in ${stack}`;
  if (drift.length === 0) return github.reportIssue(title, LABEL, undefined);
  const shown = drift.slice(0, MOST_LINES).map((line) => `- \`${line}\``);
  const more = drift.length > MOST_LINES ? [`- and ${drift.length - MOST_LINES} more`] : [];
  const heading = `What is there differs from what main describes, in ${drift.length} places:`;
  return github.reportIssue(title, LABEL, [heading, "", ...shown, ...more].join("\n"));
}
