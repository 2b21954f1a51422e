import type { Finding } from "../finding";
import type { StackPlan } from "../model/stack-plan";
import { say } from "../text";
import { judgeAddressTable } from "./address-table";
import { judgeDatabase } from "./database";
import { judgeDestruction } from "./destruction";
import { judgeDns } from "./dns";
import { allowedBefore, judgeIam } from "./iam";
import type { Judge } from "./judge";
import { judgeKms } from "./kms";
import { judgeOthers } from "./others";
import { judgeOutgoingAddresses } from "./outgoing-addresses";
import { judgeProtection } from "./protection";
import { judgeRoutes } from "./routes";
import { judgeScaling } from "./scaling";
import { judgeSecurityGroups } from "./security-groups";
import { judgeState } from "./state";

const JUDGES: readonly Judge[] = [
  judgeAddressTable,
  judgeDatabase,
  judgeDestruction,
  judgeDns,
  judgeIam,
  judgeKms,
  judgeOutgoingAddresses,
  judgeProtection,
  judgeRoutes,
  judgeScaling,
  judgeSecurityGroups,
  judgeState,
];

/** Everything that there is to say about a plan. */
export function judge(stack: StackPlan): Finding[] {
  const findings = JUDGES.flatMap((each) => each(stack));
  const judged = new Set(findings.map(({ address }) => address));
  return [...findings, ...judgeOthers(stack, judged), ...judgeDrift(stack)];
}

/** What was done by hand and opens or allows something is told as what it is; it has happened, so that it forbids nothing. */
function judgeDrift(stack: StackPlan): Finding[] {
  if (stack.drift.length === 0) return [];
  const drifted = new Set(stack.drift.map(({ address }) => address));
  // Beside what drifted, what did not: a rule's group has a name only there.
  const asTheyAre = stack.changes
    .filter(({ address }) => !drifted.has(address))
    .map((change) => ({ ...change, action: "no-op" as const, after: change.before, unknown: false, differences: [] }));
  const drift: StackPlan = { ...stack, changes: [...stack.drift, ...asTheyAre], drift: [] };
  const findings = [
    ...judgeIam(drift, allowedBefore(drift)),
    ...judgeProtection(drift),
    ...judgeSecurityGroups(drift, true),
    ...judgeRoutes(drift, true),
  ];
  return findings
    .filter(({ address }) => drifted.has(address))
    .map((finding) => ({
      ...finding,
      kind: "drift" as const,
      severity: "approve" as const,
      title: say`Outside Terraform: ${finding.title}`,
    }));
}
