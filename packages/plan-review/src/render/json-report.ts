import * as z from "zod";

import { DANGERS } from "../finding";
import type { Change } from "../model/change";
import type { Difference } from "../model/differences";
import { EXIT_CODES, type Review, type StackReview, type Verdict } from "../verdict";
import { clean, plain } from "./escape";

const difference = z.strictObject({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  unknown: z.boolean(),
  forcesReplacement: z.boolean(),
});

const reportChange = z.strictObject({
  address: z.string(),
  type: z.string(),
  action: z.enum(["create", "update", "replace", "delete", "forget", "import", "move", "read", "no-op", "unknown"]),
  /** Of a replacement. */
  order: z.enum(["destroy first", "create first"]).nullable(),
  constructPath: z.string().nullable(),
  previousAddress: z.string().nullable(),
  importedId: z.string().nullable(),
  deposed: z.string().nullable(),
  deferred: z.string().nullable(),
  reason: z.string().nullable(),
  forcedBy: z.array(z.string()),
  differences: z.array(difference),
});

const verdict = z.enum(["nothing", "approve", "forbidden", "error"]);
const danger = z.enum(DANGERS);

/** The JSON report of the comment. A change that could mislead a reader of version 1 makes version 2. */
export const jsonReportSchema = z.strictObject({
  schema: z.literal("dev-one/plan-review"),
  version: z.literal(1),
  verdict,
  class: danger,
  exitCode: z.int(),
  /** The day for the end dates of allowances. */
  date: z.iso.date(),
  stacks: z.array(
    z.strictObject({
      name: z.string(),
      verdict,
      class: danger,
      environment: z.strictObject({ name: z.string().nullable(), isProduction: z.boolean(), evidence: z.string() }),
      plan: z.strictObject({
        formatVersion: z.string(),
        terraformVersion: z.string(),
        /** Of the JSON that was reviewed. */
        jsonSha256: z.string(),
        /** Of the plan file beside it: apply no other. */
        planSha256: z.string().nullable(),
        errored: z.boolean(),
        complete: z.boolean(),
      }),
      counts: z.strictObject({ create: z.int(), update: z.int(), replace: z.int(), delete: z.int(), state: z.int() }),
      findings: z.array(
        z.strictObject({
          kind: z.string(),
          severity: z.enum(["note", "approve", "forbidden"]),
          class: danger,
          address: z.string(),
          title: z.string(),
          details: z.array(z.string()),
          allowance: z.strictObject({ address: z.string(), reason: z.string(), until: z.string() }).nullable(),
        }),
      ),
      ignoredAllowances: z.array(
        z.strictObject({ address: z.string(), kind: z.string(), until: z.string(), because: z.string() }),
      ),
      policyFindings: z.array(
        z.strictObject({
          ruleId: z.string(),
          title: z.string(),
          address: z.string(),
          reason: z.string(),
          remedy: z.string(),
        }),
      ),
      /** Null where no resource has a price. */
      cost: z.string().nullable(),
      changes: z.array(reportChange),
      drift: z.array(reportChange),
      harmless: z.array(z.strictObject({ address: z.string(), because: z.string() })),
      outputs: z.array(
        z.strictObject({
          name: z.string(),
          action: z.string(),
          sensitive: z.boolean(),
          differences: z.array(difference),
        }),
      ),
    }),
  ),
});

export type JsonReport = z.output<typeof jsonReportSchema>;

export function toJsonReport(review: Review, date: string, final: Verdict): JsonReport {
  return {
    schema: "dev-one/plan-review",
    version: 1,
    verdict: final,
    class: review.danger,
    exitCode: EXIT_CODES[final],
    date,
    stacks: review.stacks.map(toStack),
  };
}

type Shown<T> = { [K in keyof T]-?: undefined extends T[K] ? string | null : string };

function toStack(each: StackReview): JsonReport["stacks"][number] {
  const { stack, harmless, counts, verdict: decision, danger: reach } = each;
  const { plan, jsonSha256, planSha256 } = stack.source;
  const { secrets, environment } = stack;
  const shown = (text: string): string => clean(text, secrets, 1000);
  /** Texts of a plan, `null` for those that are missing. */
  const texts = <T extends object>(of: T): Shown<T> =>
    Object.fromEntries(
      Object.entries(of).map(([key, text]) => [key, text === undefined ? null : shown(text as string)]),
    ) as Shown<T>;
  const toDifference = ({ path, before, after, isUnknown, forces }: Difference): z.output<typeof difference> => ({
    ...texts({ path, before, after }),
    unknown: isUnknown,
    forcesReplacement: forces,
  });
  const toChange = ({ action, order, forcedBy, differences, ...change }: Change): z.output<typeof reportChange> => {
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
    ...texts({ name: stack.name, cost: each.cost }),
    verdict: decision,
    class: reach,
    environment: {
      ...texts({ name: environment.name }),
      isProduction: environment.isProduction,
      evidence: plain(environment.evidence, secrets),
    },
    plan: {
      ...texts({ formatVersion: plan.format_version, terraformVersion: plan.terraform_version }),
      jsonSha256,
      planSha256: planSha256 ?? null,
      errored: stack.isErrored,
      complete: stack.isComplete,
    },
    counts,
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
