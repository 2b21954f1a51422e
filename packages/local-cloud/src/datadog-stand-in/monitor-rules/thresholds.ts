import type { JsonObject } from "@dev-one/cli/json";

import { refusal } from "../refusal";
import type { Query } from "./query";

type Thresholds = Readonly<Partial<Record<string, number>>>;

const STATUSES = ["critical", "critical_recovery", "ok", "unknown", "warning", "warning_recovery"];
/** Issue 1401 and pull request 210 of DataDog/terraform-provider-datadog: these types have no recovery thresholds. */
const WITHOUT_RECOVERY = ["event-v2 alert", "log alert"];

/**
 * Validates the thresholds against the query and each other. Messages as users reported them: issues 1093, 1202, 1401 and 1410 of
 * DataDog/terraform-provider-datadog, issue 2106 of DataDog/datadog-operator, issue 754 of
 * DataDog/datadog-api-client-typescript, and the checks of grosser/kennel.
 *
 * @param targets targets, by timeframe, of the SLO that an SLO alert evaluates; undefined for another monitor
 * @throws Refusal
 */
export function checkThresholds(
  type: string,
  thresholds: JsonObject,
  query: Query,
  targets?: ReadonlyMap<string, number>,
): void {
  const given = Object.entries(thresholds).filter(([, value]) => typeof value === "number");
  const values = Object.fromEntries(given) as Thresholds;
  const forbidden = Object.keys(thresholds).filter(
    (status) => !STATUSES.includes(status) || (WITHOUT_RECOVERY.includes(type) && status.endsWith("_recovery")),
  );
  if (forbidden.length > 0) throw refusal(`Invalid threshold statuses found: ${forbidden.join(", ")}.`);
  if (given.length > 0 && values.critical === undefined) throw refusal("Alert status is required.");
  if (query.last !== undefined && given.some(([, value]) => Number(value) > Number(query.last))) {
    throw refusal("Last field should be larger than or equal to max threshold defined in monitor options");
  }
  if (query.comparison === undefined) return;
  const { operator, threshold } = query.comparison;
  if (values.critical !== undefined && values.critical !== threshold) {
    const [alert, inQuery] = [decimal(values.critical), decimal(threshold)];
    throw refusal(`Alert threshold (${alert}) does not match that used in the query (${inQuery}).`);
  }
  if (operator !== "==" && operator !== "!=") checkOrder(operator, values);
  if (query.slo !== undefined && targets !== undefined) checkBurnRate(query.slo, threshold, targets);
}

function checkOrder(operator: string, { critical, warning, critical_recovery, warning_recovery }: Thresholds): void {
  const isAbove = operator.startsWith(">");
  const isMilder = (value: number, than: number): boolean => (isAbove ? value < than : value > than);
  if (warning !== undefined && critical !== undefined && !isMilder(warning, critical)) {
    const [order, sign] = isAbove ? ["less", ">"] : ["greater", "<"];
    const than = `must be ${order} than the alert threshold (${decimal(critical)}) with ${sign} comparison.`;
    throw refusal(`Warning threshold (${decimal(warning)}) ${than}`);
  }
  for (const [status, threshold, recovery] of [
    ["alert", critical, critical_recovery],
    ["warning", warning, warning_recovery],
  ] as const) {
    if (recovery === undefined) continue;
    if (threshold === undefined) throw refusal(`Invalid threshold statuses found: ${status}_recovery.`);
    // With >, a value equal to the threshold does not alert, so the recovery threshold may equal it.
    if (isMilder(recovery, threshold) || (recovery === threshold && !operator.endsWith("="))) continue;
    const both = `the monitor can be simultaneously in ${status} and ${status} recovery states`;
    throw refusal(`${status} and ${status} recovery criteria are such that ${both}`);
  }
}

function checkBurnRate(
  { timeframe, isBurnRate }: NonNullable<Query["slo"]>,
  threshold: number,
  targets: ReadonlyMap<string, number>,
): void {
  const target = targets.get(timeframe);
  if (target === undefined) throw refusal(`The SLO has no target for the timeframe ${timeframe}.`);
  const most = Math.round(1e6 / (1 - target / 100)) / 1e6;
  if (isBurnRate && (threshold > most || threshold <= 0)) {
    const range = `0 to ${decimal(most)} for burn rate alerts (max threshold = 1/1-slo target)`;
    throw refusal(`Alert threshold (${decimal(threshold)}) must be in range ${range}.`);
  }
}

/** A number as Datadog's messages format it: `90` is "90.0". */
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));
