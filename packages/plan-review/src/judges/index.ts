import type { Finding } from "../finding";
import type { StackPlan } from "../model/stack-plan";
import { say } from "../text";
import { judgeAddressTable } from "./address-table";
import { judgeAdministrators } from "./administrators";
import { judgeDatabase } from "./database";
import { judgeDestruction } from "./destruction";
import { judgeDns } from "./dns";
import { judgeFirewalls } from "./firewalls";
import { allowedBefore, judgeIam } from "./iam";
import type { Judge } from "./judge";
import { judgeKms } from "./kms";
import { judgeLoadBalancers } from "./load-balancers";
import { judgeMemberships } from "./memberships";
import { judgeOthers, judgeShapes } from "./others";
import { judgeOutgoingAddresses } from "./outgoing-addresses";
import { judgeProtection } from "./protection";
import { judgePublicAccess } from "./public-access";
import { judgeRetention } from "./retention";
import { judgeRoutes } from "./routes";
import { judgeScaling } from "./scaling";
import { judgeSecurityGroups } from "./security-groups";
import { judgeState } from "./state";
import { judgeTags } from "./tags";

const JUDGES: readonly Judge[] = [
  judgeAddressTable,
  judgeAdministrators,
  judgeDatabase,
  judgeDestruction,
  judgeDns,
  judgeFirewalls,
  judgeIam,
  judgeKms,
  judgeLoadBalancers,
  judgeMemberships,
  judgeOutgoingAddresses,
  judgeProtection,
  judgePublicAccess,
  judgeRetention,
  judgeRoutes,
  judgeScaling,
  judgeSecurityGroups,
  judgeState,
  judgeTags,
];

/** Of what an interrupted replacement left over: it is in nobody's way, and what it allowed was not meant to be. */
const JUDGES_OF_LEFTOVERS: readonly Judge[] = [judgeDestruction, judgeOutgoingAddresses, judgeState];

/** Everything that there is to say about a plan. */
export function judge(stack: StackPlan): Finding[] {
  const current = { ...stack, changes: stack.changes.filter(({ deposed }) => deposed === undefined) };
  const leftovers = withoutPlan({ ...stack, changes: stack.changes.filter(({ deposed }) => deposed !== undefined) });
  return [
    ...withOthers(
      current,
      JUDGES.flatMap((each) => each(current)),
    ),
    ...withOthers(
      leftovers,
      JUDGES_OF_LEFTOVERS.flatMap((each) => each(leftovers)),
    ),
    ...judgeDrift(stack),
  ];
}

function withOthers(stack: StackPlan, findings: readonly Finding[]): Finding[] {
  return [...findings, ...judgeOthers(stack, new Set(findings.map(({ address }) => address)))];
}

/** What there is to say of a whole plan is said once. */
function withoutPlan(stack: StackPlan): StackPlan {
  return { ...stack, isComplete: true, failedChecks: [], invocations: 0, outputs: [] };
}

/** What was done by hand and opens or allows something is told as what it is; it has happened, so that it forbids nothing. */
function judgeDrift(stack: StackPlan): Finding[] {
  if (stack.drift.length === 0) return [];
  const drifted = new Set(stack.drift.map(({ address }) => address));
  // Beside what drifted, what did not: a rule's group has a name only there.
  const asTheyAre = stack.changes
    .filter(({ address, deposed }) => !drifted.has(address) && deposed === undefined)
    .map((change) => ({ ...change, action: "no-op" as const, after: change.before, unknown: false, differences: [] }));
  const drift: StackPlan = { ...stack, changes: [...stack.drift, ...asTheyAre], drift: [] };
  const findings = [
    ...judgeAdministrators(drift),
    ...judgeIam(drift, allowedBefore(drift)),
    ...judgeDestruction(drift),
    ...judgeFirewalls(drift),
    ...judgeMemberships(drift),
    ...judgeProtection(drift),
    ...judgePublicAccess(drift),
    ...judgeRetention(drift),
    ...judgeSecurityGroups(drift, true),
    ...judgeRoutes(drift, true),
    ...judgeShapes(drift),
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
