import { changesOf, type Plan } from "../terraform";
import type { GitHub } from "./github";

const LABEL = "drift";
const MOST_LINES = 50;

/** What differs between a stack and what is there; empty when nothing does. */
export function driftOf(plan: Plan): string[] {
  const outside = plan.resource_drift.map(
    ({ address, change }) => `${address}: changed outside Terraform (${change.actions.join(", ")})`,
  );
  const planned = changesOf(plan).map(
    ({ address, change }) => `${address}: a plan would ${change.actions.join(" and ")} it`,
  );
  return [...outside, ...planned];
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
