import type { Finding } from "../finding";
import type { StackPlan } from "../model/stack-plan";
import { say } from "../text";
import { checkAddressTable } from "./address-table";
import { checkAdministrators } from "./administrators";
import type { Check } from "./check";
import { checkDatabase } from "./database";
import { checkDestruction } from "./destruction";
import { checkDns } from "./dns";
import { checkEgressAddresses } from "./egress-addresses";
import { checkFirewalls } from "./firewalls";
import { allowedBefore, checkIam } from "./iam";
import { checkKms } from "./kms";
import { checkLoadBalancers } from "./load-balancers";
import { checkMemberships } from "./memberships";
import { checkOthers, checkShapes } from "./others";
import { checkProtection } from "./protection";
import { checkPublicAccess } from "./public-access";
import { checkRetention } from "./retention";
import { checkRoutes } from "./routes";
import { checkScaling } from "./scaling";
import { checkSecurityGroups } from "./security-groups";
import { checkState } from "./state";
import { checkTags } from "./tags";

const CHECKS: readonly Check[] = [
  checkAddressTable,
  checkAdministrators,
  checkDatabase,
  checkDestruction,
  checkDns,
  checkFirewalls,
  checkIam,
  checkKms,
  checkLoadBalancers,
  checkMemberships,
  checkEgressAddresses,
  checkProtection,
  checkPublicAccess,
  checkRetention,
  checkRoutes,
  checkScaling,
  checkSecurityGroups,
  checkState,
  checkTags,
];

/** Checks of deposed objects, which an interrupted replacement left: other checks would report what their replacement has changed. */
const DEPOSED_CHECKS: readonly Check[] = [checkDestruction, checkEgressAddresses, checkState];

/** All findings about a plan. */
export function checkPlan(stack: StackPlan): Finding[] {
  const current = { ...stack, changes: stack.changes.filter(({ deposed }) => deposed === undefined) };
  const deposedObjects = withoutPlan({
    ...stack,
    changes: stack.changes.filter(({ deposed }) => deposed !== undefined),
  });
  return [
    ...withOthers(
      current,
      CHECKS.flatMap((each) => each(current)),
    ),
    ...withOthers(
      deposedObjects,
      DEPOSED_CHECKS.flatMap((each) => each(deposedObjects)),
    ),
    ...checkDrift(stack),
  ];
}

function withOthers(stack: StackPlan, findings: readonly Finding[]): Finding[] {
  return [...findings, ...checkOthers(stack, new Set(findings.map(({ address }) => address)))];
}

/** Without what concerns the whole plan, which is reported once. */
function withoutPlan(stack: StackPlan): StackPlan {
  return { ...stack, isComplete: true, failedChecks: [], invocations: 0, outputs: [] };
}

/** Changes outside Terraform need approval; they have happened, so that none is forbidden. */
function checkDrift(stack: StackPlan): Finding[] {
  if (stack.drift.length === 0) return [];
  const drifted = new Set(stack.drift.map(({ address }) => address));
  // Unchanged resources give rules the names of their groups.
  const unchanged = stack.changes
    .filter(({ address, deposed }) => !drifted.has(address) && deposed === undefined)
    .map((change) => ({ ...change, action: "no-op" as const, after: change.before, unknown: false, differences: [] }));
  const drift: StackPlan = { ...stack, changes: [...stack.drift, ...unchanged], drift: [] };
  const findings = [
    ...checkAdministrators(drift),
    ...checkIam(drift, allowedBefore(drift)),
    ...checkDestruction(drift),
    ...checkFirewalls(drift),
    ...checkMemberships(drift),
    ...checkProtection(drift),
    ...checkPublicAccess(drift),
    ...checkRetention(drift),
    ...checkSecurityGroups(drift, true),
    ...checkRoutes(drift, true),
    ...checkShapes(drift),
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
