import { isDeepStrictEqual } from "node:util";

import { isJsonObject } from "@dev-one/cli/json";
import { changesOf, type Plan, type ResourceChange } from "@dev-one/terraform-json/plan";

import type { GitHub } from "./github";

const LABEL = "drift";
const MOST_LINES = 50;

/** What AWS changes by itself, so that it would be reported every night. */
const OWN_AFFAIRS: Readonly<Record<string, readonly string[]>> = {
  // The end of the newest backup.
  aws_db_instance: ["latest_restorable_time"],
  // Amazon renews certificates.
  aws_acm_certificate: ["not_after", "not_before", "pending_renewal", "renewal_summary", "status"],
  // The group grows and shrinks with its load.
  aws_autoscaling_group: ["desired_capacity", "predicted_capacity", "warm_pool_size"],
};

/**
 * Differences between a stack and its resources; empty when there are none. They include those that no plan corrects: Terraform plans
 * nothing against a change of what the configuration leaves open, such as a rule that was added to a security group outside Terraform.
 */
export function driftOf(plan: Plan): string[] {
  const outside = plan.resource_drift.flatMap((resource) => {
    const { address, change } = resource;
    const attributes = changedAttributes(resource);
    if (change.actions.join() === "update" && attributes.length === 0) return [];
    const which = attributes.length === 0 ? "" : `: ${attributes.join(", ")}`;
    return [`${address}: changed outside Terraform (${change.actions.join(", ")}${which})`];
  });
  const planned = changesOf(plan).map(
    ({ address, change }) => `${address}: a plan would ${change.actions.join(" and ")} it`,
  );
  return [...outside, ...planned];
}

/** Names alone; values may be secret. */
function changedAttributes({ type, change: { before, after } }: ResourceChange): string[] {
  if (!isJsonObject(before) || !isJsonObject(after)) return [];
  const own = Object.hasOwn(OWN_AFFAIRS, type) ? (OWN_AFFAIRS[type] ?? []) : [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !own.includes(key) && !isDeepStrictEqual(before[key] ?? null, after[key] ?? null))
    .sort();
}

/** Opens the stack's issue, brings it up to date, or closes it. Addresses only: values may be secret. */
export async function reportDrift(
  github: GitHub,
  stack: string,
  drift: readonly string[],
): Promise<"opened" | "updated" | "closed" | "none"> {
  const title = `Drift in ${stack}`;
  const known = (await github.openIssues(LABEL)).find((issue) => issue.title === title);
  if (drift.length === 0) {
    if (known === undefined) return "none";
    await github.updateIssue(known.number, { state: "closed" });
    return "closed";
  }
  const shown = drift.slice(0, MOST_LINES).map((line) => `- \`${line}\``);
  const more = drift.length > MOST_LINES ? [`- and ${drift.length - MOST_LINES} more`] : [];
  const body = [
    `What is there differs from what main describes, in ${drift.length} places:`,
    "",
    ...shown,
    ...more,
  ].join("\n");
  if (known === undefined) {
    await github.createIssue(title, body, [LABEL]);
    return "opened";
  }
  await github.updateIssue(known.number, { body });
  return "updated";
}
