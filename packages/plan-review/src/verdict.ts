import { globMatches } from "@dev-one/policy";
import type { PlanSource } from "@dev-one/terraform-json/read-plan";

import { isInForce } from "./allowances";
import { checkPlan } from "./checks";
import { harmlessBecause } from "./checks/harmless";
import { releasesIn } from "./checks/releases";
import { type Allowance, type Danger, DANGERS, type Finding, worst } from "./finding";
import type { Change } from "./model/change";
import { type PolicyFinding, type StackPlan, toStackPlan } from "./model/stack-plan";
import { withPolicy } from "./owners";
import { type ServiceChanges, serviceChanges } from "./services";
import { byCodePoint } from "./text";

/** "error": Terraform could not finish the plan. */
export type Verdict = "nothing" | "approve" | "forbidden" | "error";

export const EXIT_CODES: Readonly<Record<Verdict, number>> = { nothing: 0, error: 1, approve: 2, forbidden: 3 };
const ORDER: readonly Verdict[] = ["nothing", "approve", "forbidden", "error"];

export interface Counts {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  /** Imported, moved or forgotten. */
  readonly state: number;
  /** Deferred to a later plan. */
  readonly deferred: number;
  /** Actions of providers. */
  readonly invoke: number;
  readonly failedChecks: number;
}

/** A plan and its review. */
export interface StackReview {
  readonly stack: StackPlan;
  readonly verdict: Verdict;
  readonly danger: Danger;
  readonly counts: Counts;
  /** The worst first. */
  readonly findings: readonly Finding[];
  /** Changes that need no approval, with the reason. */
  readonly harmless: readonly { readonly change: Change; readonly because: string }[];
  /** Allowances for this stack that do not count, with the reason. */
  readonly ignoredAllowances: readonly { readonly allowance: Allowance; readonly because: string }[];
  readonly policyFindings: readonly PolicyFinding[];
  /** The change of the monthly cost; undefined where no resource has a price. */
  readonly cost: string | undefined;
  /** The services whose resources the plan changes. */
  readonly services: readonly ServiceChanges[];
}

export interface Review {
  readonly verdict: Verdict;
  readonly danger: Danger;
  /** In the order in which they were given. */
  readonly stacks: readonly StackReview[];
}

export interface ReviewOptions {
  /** The day for the end dates of allowances, such as `2026-11-25`. */
  readonly today: string;
  /** @default none */
  readonly allowances?: readonly Allowance[];
  /** Of a plan; see packages/policy/src. @default none */
  readonly policyFindings?: (source: PlanSource) => readonly PolicyFinding[];
  /** One line about a plan; see packages/cost/src. @default none */
  readonly cost?: (source: PlanSource) => string | undefined;
}

export function review(sources: readonly PlanSource[], options: ReviewOptions): Review {
  const stacks = sources.map((source) => reviewStack(toStackPlan(source), options));
  return {
    verdict: ORDER.findLast((verdict) => stacks.some((each) => each.verdict === verdict)) ?? "nothing",
    danger: worst(stacks.map(({ danger }) => danger)),
    stacks,
  };
}

function reviewStack(stack: StackPlan, options: ReviewOptions): StackReview {
  const { today, allowances = [], policyFindings, cost } = options;
  const policy = policyFindings?.(stack.source) ?? [];
  const checked = checkPlan(stack).map((finding) => withAllowance(finding, stack.name, allowances, today));
  const findings = withPolicy(checked, policy).sort(byDanger);
  const decided = findings.filter(({ severity }) => severity !== "note");
  const released = releasesIn(stack).addresses;
  const decidedAddresses = new Set(decided.map(({ address }) => address));
  return {
    stack,
    verdict: verdictOf(stack, decided),
    danger: worst(decided.map(({ danger }) => danger)),
    counts: count(stack),
    findings,
    harmless: stack.changes.flatMap((change) => {
      const because = released.has(change.address) ? "only the release of a service" : harmlessBecause(change);
      const isOmitted = because === undefined || change.action === "no-op" || change.action === "read";
      return isOmitted || decidedAddresses.has(change.address) ? [] : [{ change, because }];
    }),
    ignoredAllowances: allowances
      .filter((allowance) => allowance.stack === stack.name)
      .flatMap((allowance) => {
        const state = isInForce(allowance, today);
        return state === "yes" ? [] : [{ allowance, because: state }];
      }),
    policyFindings: policy,
    cost: cost?.(stack.source),
    services: serviceChanges(stack),
  };
}

function verdictOf({ isErrored }: StackPlan, decided: readonly Finding[]): Verdict {
  if (isErrored) return "error";
  if (decided.some(({ severity }) => severity === "forbidden")) return "forbidden";
  return decided.length > 0 ? "approve" : "nothing";
}

function withAllowance(finding: Finding, stack: string, allowances: readonly Allowance[], today: string): Finding {
  if (finding.severity !== "forbidden") return finding;
  const allowance = allowances
    .filter((each) => each.kind === finding.kind && each.stack === stack && isInForce(each, today) === "yes")
    .find((each) => globMatches(each.address, finding.address));
  return allowance === undefined ? finding : { ...finding, severity: "approve", allowance };
}

const SEVERITIES = ["forbidden", "approve", "note"];
function byDanger(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    DANGERS.indexOf(b.danger) - DANGERS.indexOf(a.danger) ||
    byCodePoint(a.address, b.address) ||
    byCodePoint(a.kind, b.kind) ||
    byCodePoint(JSON.stringify(a.title), JSON.stringify(b.title))
  );
}

function count({ changes, drift, invocations, failedChecks }: StackPlan): Counts {
  const of = (...actions: Change["action"][]): number =>
    changes.filter(({ action, deferred }) => deferred === undefined && actions.includes(action)).length;
  return {
    create: of("create"),
    update: of("update"),
    replace: of("replace"),
    delete: of("delete"),
    state: of("import", "move", "forget") + drift.filter(({ action }) => action === "move").length,
    deferred: changes.filter(({ deferred }) => deferred !== undefined).length,
    invoke: invocations.length,
    failedChecks: failedChecks.length,
  };
}
