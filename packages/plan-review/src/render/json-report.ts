import type { Change } from "../model/change";
import type { Difference } from "../model/differences";
import { EXIT_CODES, type Review, type StackReview, type Verdict } from "../verdict";
import { clean, plain } from "./escape";

export type JsonReport = ReturnType<typeof toJsonReport>;

/**
 * The JSON report of the comment, with the values of the plan masked and `null` for what is missing. A change that could mislead a
 * reader of version 1 makes version 2.
 *
 * @param date day for the end dates of allowances
 */
export function toJsonReport(review: Review, date: string, verdict: Verdict) {
  return {
    schema: "dev-one/plan-review",
    version: 1,
    verdict,
    class: review.danger,
    exitCode: EXIT_CODES[verdict],
    date,
    stacks: review.stacks.map(toStack),
  };
}

type Shown<T> = { [K in keyof T]-?: undefined extends T[K] ? string | null : string };

function toStack(each: StackReview) {
  const { stack, harmless, counts, verdict, danger } = each;
  const { plan, jsonSha256, planSha256 = null } = stack.source;
  const { secrets, environment } = stack;
  const shown = (text: string): string => clean(text, secrets, Infinity);
  /** Texts of a plan, `null` for those that are missing. */
  const texts = <T extends object>(of: T): Shown<T> =>
    Object.fromEntries(
      Object.entries(of).map(([key, text]) => [key, text === undefined ? null : shown(text as string)]),
    ) as Shown<T>;
  const toDifference = ({ path, before, after, note, isUnknown, forces }: Difference) => ({
    ...texts({ path, before, after, note }),
    unknown: isUnknown,
    forcesReplacement: forces,
  });
  const toChange = ({ action, order, forcedBy, differences, ...change }: Change) => {
    const { address, type, constructPath, previousAddress, importedId, deposed, deferred, reason } = change;
    return {
      ...texts({ address, type, constructPath, previousAddress, importedId, deposed, deferred, reason }),
      action,
      order: order ?? null,
      forcedBy: forcedBy.map(shown),
      differences: differences.map(toDifference),
    };
  };
  return {
    /** The cost is null where no resource has a price. */
    ...texts({ name: stack.name, cost: each.cost }),
    verdict,
    class: danger,
    environment: {
      ...texts({ name: environment.name }),
      isProduction: environment.isProduction,
      evidence: plain(environment.evidence, secrets),
    },
    plan: {
      ...texts({ formatVersion: plan.format_version, terraformVersion: plan.terraform_version }),
      /** Of the JSON that was reviewed. */
      jsonSha256,
      /** Of the plan file beside it: apply no other. */
      planSha256,
      errored: stack.isErrored,
      complete: stack.isComplete,
    },
    counts,
    /** The services whose resources change, each with the number of these. */
    services: each.services.map(({ service, team, changed }) => ({ ...texts({ service, team }), changed })),
    findings: each.findings.map(({ kind, severity, danger: harm, address, title, details = [], allowance }) => ({
      kind,
      severity,
      class: harm,
      address: shown(address),
      title: plain(title, secrets),
      details: details.map((line) => plain(line, secrets)),
      allowance:
        allowance === undefined
          ? null
          : { ...texts({ address: allowance.address, reason: allowance.reason }), until: allowance.until },
    })),
    ignoredAllowances: each.ignoredAllowances.map(({ allowance: { address, kind, until }, because }) => ({
      address: shown(address),
      kind,
      until,
      because,
    })),
    policyFindings: each.policyFindings.map(texts),
    changes: stack.changes.filter(({ action }) => action !== "no-op" && action !== "read").map(toChange),
    drift: stack.drift.map(toChange),
    harmless: harmless.map(({ change: { address }, because }) => ({ address: shown(address), because })),
    outputs: stack.outputs.map(({ name, action, isSensitive, differences }) => ({
      name: shown(name),
      action,
      sensitive: isSensitive,
      differences: differences.map(toDifference),
    })),
  };
}
