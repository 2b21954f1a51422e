import * as z from "zod";

import { DANGERS } from "../finding";
import type { Change } from "../model/change";
import type { Difference } from "../model/differences";
import type { Review, StackReview } from "../verdict";
import { EXIT_CODES, type Verdict } from "../verdict";
import { clean, plain } from "./escape";

const difference = z.strictObject({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  unknown: z.boolean(),
  forcesReplacement: z.boolean(),
});

const change = z.strictObject({
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
      changes: z.array(change),
      drift: z.array(change),
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

export function toJsonReport(review: Review, date: string, final: Verdict = review.verdict): JsonReport {
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

function toStack(each: StackReview): JsonReport["stacks"][number] {
  const { stack, findings, harmless, counts } = each;
  const { plan, jsonSha256, planSha256 } = stack.source;
  const shown = (text: string): string => clean(text, stack.secrets, 1000);
  const orNull = (text: string | undefined): string | null => (text === undefined ? null : shown(text));
  return {
    name: shown(stack.name),
    verdict: each.verdict,
    class: each.danger,
    environment: {
      name: orNull(stack.environment.name),
      isProduction: stack.environment.isProduction,
      evidence: plain(stack.environment.evidence, stack.secrets),
    },
    plan: {
      formatVersion: shown(plan.format_version),
      terraformVersion: shown(plan.terraform_version),
      jsonSha256,
      planSha256: planSha256 ?? null,
      errored: stack.isErrored,
      complete: stack.isComplete,
    },
    counts,
    findings: findings.map(({ kind, severity, danger: reach, address, title, details = [], allowance }) => ({
      kind,
      severity,
      class: reach,
      address: shown(address),
      title: plain(title, stack.secrets),
      details: details.map((line) => plain(line, stack.secrets)),
      allowance:
        allowance === undefined
          ? null
          : { address: shown(allowance.address), reason: shown(allowance.reason), until: allowance.until },
    })),
    ignoredAllowances: each.ignoredAllowances.map(({ allowance: { address, kind, until }, because }) => ({
      address: shown(address),
      kind,
      until,
      because,
    })),
    policyFindings: each.policyFindings.map(({ ruleId, title, address, reason, remedy }) => ({
      ruleId: shown(ruleId),
      title: shown(title),
      address: shown(address),
      reason: shown(reason),
      remedy: shown(remedy),
    })),
    cost: orNull(each.cost),
    changes: stack.changes
      .filter(({ action }) => action !== "no-op" && action !== "read")
      .map((item) => toReportChange(item, shown)),
    drift: stack.drift.map((item) => toReportChange(item, shown)),
    harmless: harmless.map(({ change: { address }, because }) => ({ address: shown(address), because })),
    outputs: stack.outputs.map(({ name, action, isSensitive, differences }) => ({
      name: shown(name),
      action,
      sensitive: isSensitive,
      differences: differences.map((item) => toReportDifference(item, shown)),
    })),
  };
}

function toReportChange(item: Change, shown: (text: string) => string): z.output<typeof change> {
  const orNull = (text: string | undefined): string | null => (text === undefined ? null : shown(text));
  return {
    address: shown(item.address),
    type: shown(item.type),
    action: item.action,
    order: item.order ?? null,
    constructPath: orNull(item.constructPath),
    previousAddress: orNull(item.previousAddress),
    importedId: orNull(item.importedId),
    deposed: orNull(item.deposed),
    deferred: orNull(item.deferred),
    reason: orNull(item.reason),
    forcedBy: item.forcedBy.map(shown),
    differences: item.differences.map((each) => toReportDifference(each, shown)),
  };
}

function toReportDifference(item: Difference, shown: (text: string) => string): z.output<typeof difference> {
  return {
    path: shown(item.path),
    before: item.before === undefined ? null : shown(item.before),
    after: item.after === undefined ? null : shown(item.after),
    unknown: item.isUnknown,
    forcesReplacement: item.forces,
  };
}
