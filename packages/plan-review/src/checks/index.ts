import type { Finding } from "../finding";
import type { Change } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { oneForEachDanger } from "../owners";
import { say } from "../text";
import { checkAddressTable } from "./address-table";
import { checkDatabase } from "./database";
import { checkDestruction } from "./destruction";
import { checkDns } from "./dns";
import { checkEgressAddresses } from "./egress-addresses";
import { expiresSooner } from "./expiry";
import { checkFirewalls } from "./firewalls";
import { allowedBefore, checkIam, checkUnknownPolicies } from "./iam";
import { checkKms } from "./kms";
import { checkLoadBalancers } from "./load-balancers";
import { checkMemberships } from "./memberships";
import { checkOtherDrift, checkOthers } from "./others";
import { checkProtection } from "./protection";
import { checkPublicAccess } from "./public-access";
import { type Releases, releasesIn } from "./releases";
import { checkRoutes } from "./routes";
import { checkScaling } from "./scaling";
import { checkSecurityGroups } from "./security-groups";
import { checkPlanState, checkState } from "./state";
import { checkTags } from "./tags";
import { isKnownProvider } from "./types";

/** The resources of AWS and Datadog, whose types the checks know. */
const known = (stack: StackPlan): StackPlan => ({
  ...stack,
  changes: stack.changes.filter(({ type }) => isKnownProvider(type)),
});

/** Finds what a plan means in one respect. */
type Check = (stack: StackPlan) => Finding[];
/** Finds what one resource means. */
type ChangeCheck = (change: Change, stack: StackPlan) => Finding[];

const each =
  (...checks: readonly ChangeCheck[]): Check =>
  (stack) =>
    stack.changes.flatMap((change) => checks.flatMap((check) => check(change, stack)));

/** Without unchanged, read and moved resources. */
const changed = (...checks: readonly ChangeCheck[]): Check =>
  each((change, stack) =>
    ["no-op", "read", "move"].includes(change.action) ? [] : checks.flatMap((check) => check(change, stack)),
  );

/** Checks of changed resources, one by one, and those that compare resources of the whole plan or concern unchanged ones, too. */
const CHECKS: readonly Check[] = [
  changed(
    checkDatabase,
    checkDns,
    checkFirewalls,
    (change) => checkIam(change),
    checkKms,
    checkLoadBalancers,
    checkEgressAddresses,
    checkProtection,
    checkPublicAccess,
    expiresSooner,
    checkScaling,
    checkTags,
  ),
  checkAddressTable,
  checkMemberships,
  checkRoutes,
  checkSecurityGroups,
  each(checkUnknownPolicies),
];

/** Checks of resources of every provider, and of the plan as a whole. */
const GENERAL_CHECKS: readonly Check[] = [changed(checkDestruction), checkPlanState, each(checkState)];

/** Checks of deposed objects, which an interrupted replacement left: other checks would report what their replacement has changed. */
const DEPOSED_CHECKS: readonly Check[] = [changed(checkDestruction, checkEgressAddresses), each(checkState)];

/** Checks of drift. */
const DRIFT_CHECKS: readonly Check[] = [
  changed(checkDestruction, checkFirewalls, checkProtection, checkPublicAccess, expiresSooner),
  (stack) => {
    const known = allowedBefore(stack);
    return changed((change) => checkIam(change, known))(stack);
  },
  each(checkUnknownPolicies),
  checkMemberships,
  (stack) => checkSecurityGroups(stack, true),
  (stack) => checkRoutes(stack, true),
];

/** All findings about a plan. */
export function checkPlan(stack: StackPlan): Finding[] {
  const of = (isDeposed: boolean): StackPlan => ({
    ...stack,
    changes: stack.changes.filter(({ deposed }) => (deposed !== undefined) === isDeposed),
  });
  const releases = releasesIn(stack);
  const current = of(false);
  const ours = known(current);
  const found = withOthers(current, [...GENERAL_CHECKS, ...CHECKS.map((check) => () => check(ours))], releases);
  // That a resource is created again is told with its deletion outside Terraform.
  const isAgain = ({ address, severity }: Finding): boolean => stack.recreated.has(address) && severity !== "forbidden";
  return [
    ...releases.findings,
    ...found.filter((finding) => !isAgain(finding)),
    ...withOthers(of(true), DEPOSED_CHECKS),
    ...checkDrift(stack, found.filter(isAgain)),
  ];
}

function withOthers(stack: StackPlan, checks: readonly Check[], { addresses }: Partial<Releases> = {}): Finding[] {
  // A release that changes nothing else replaces servers without asking.
  const findings = checks
    .flatMap((check) => check(stack))
    .filter(({ kind, address }) => kind !== "scaling" || addresses?.has(address) !== true);
  return [
    ...oneForEachDanger(findings),
    ...checkOthers(
      stack,
      new Set([...findings.map(({ address }) => address), ...(addresses ?? []), ...stack.recreated]),
    ),
  ];
}

/** Changes outside Terraform need approval; they have happened, so that none is forbidden. */
function checkDrift(stack: StackPlan, again: readonly Finding[]): Finding[] {
  if (stack.drift.length === 0) return [];
  const drifted = new Set(stack.drift.map(({ address }) => address));
  // Unchanged resources give rules the names of their groups.
  const unchanged = stack.changes
    .filter(({ address, deposed }) => !drifted.has(address) && deposed === undefined)
    .map((change) => ({ ...change, action: "no-op" as const, after: change.before, unknown: false }));
  const drift: StackPlan = { ...stack, changes: [...stack.drift, ...unchanged], drift: [] };
  const ours = known(drift);
  const found = DRIFT_CHECKS.flatMap((check) => check(ours)).filter(({ address }) => drifted.has(address));
  const others = checkOtherDrift(stack.drift, new Set(found.map(({ address }) => address)));
  return oneForEachDanger([...found, ...others, ...again], stack.recreated).map((finding) => ({
    ...finding,
    kind: "drift" as const,
    severity: "approve" as const,
    title: say`Outside Terraform: ${finding.title}${[stack.recreated.has(finding.address) ? "; the apply creates it again" : ""]}`,
  }));
}
