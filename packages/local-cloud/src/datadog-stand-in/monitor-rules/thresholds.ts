import type { JsonObject } from "@dev-one/cli/json";

import { decimal, refusal } from "../refusal";
import type { Operator, Query } from "./query";

type Thresholds = Readonly<Partial<Record<string, number>>>;

const STATUSES = ["critical", "critical_recovery", "ok", "unknown", "warning", "warning_recovery"];
/** Issue 1401 and pull request 210 of DataDog/terraform-provider-datadog: these types have no recovery thresholds. */
const WITHOUT_RECOVERY = ["event-v2 alert", "log alert"];

/**
 * Validates the thresholds against the query and each other. Messages as users reported them: issues 1093, 1202, 1401 and 1410 of
 * DataDog/terraform-provider-datadog, issue 2106 of DataDog/datadog-operator, issue 754 of
 * DataDog/datadog-api-client-typescript, and the checks of grosser/kennel.
 *
 * @param targets targets, by timeframe, of the SLO that an SLO alert evaluates; undefined when it is unknown
 * @throws Refusal
 */
export function checkThresholds(
  type: string,
  thresholds: JsonObject,
  query: Query,
  targets?: ReadonlyMap<string, number>,
): void {
  const values = numbers(thresholds);
  const forbidden = Object.keys(thresholds).filter(
    (status) => !STATUSES.includes(status) || (WITHOUT_RECOVERY.includes(type) && status.endsWith("_recovery")),
  );
  if (forbidden.length > 0) throw refusal(`Invalid threshold statuses found: ${forbidden.join(", ")}.`);
  if (Object.keys(values).length > 0 && values.critical === undefined) throw refusal("Alert status is required.");
  if (query.last !== undefined && Math.max(0, ...Object.values(values).map(Number)) > query.last) {
    throw refusal("Last field should be larger than or equal to max threshold defined in monitor options");
  }
  if (query.comparison === undefined) return;
  const { operator, threshold } = query.comparison;
  if (values.critical !== undefined && values.critical !== threshold) {
    const [alert, inQuery] = [decimal(values.critical), decimal(threshold)];
    throw refusal(`Alert threshold (${alert}) does not match that used in the query (${inQuery}).`);
  }
  checkOrder(operator, values);
  checkBurnRate(query, threshold, targets);
}

function checkOrder(operator: Operator, { critical, warning, critical_recovery, warning_recovery }: Thresholds): void {
  if (operator === "==" || operator === "!=") return;
  const isAbove = operator.startsWith(">");
  const isMilder = (value: number, than: number): boolean => (isAbove ? value < than : value > than);
  if (warning !== undefined && critical !== undefined && !isMilder(warning, critical)) {
    const [order, sign] = isAbove ? ["less", ">"] : ["greater", "<"];
    throw refusal(
      `Warning threshold (${decimal(warning)}) must be ${order} than the alert threshold (${decimal(critical)}) with ${sign} comparison.`,
    );
  }
  for (const [status, threshold, recovery] of [
    ["alert", critical, critical_recovery],
    ["warning", warning, warning_recovery],
  ] as const) {
    if (recovery === undefined) continue;
    if (threshold === undefined) throw refusal(`Invalid threshold statuses found: ${status}_recovery.`);
    // With >, a value equal to the threshold does not alert, so the recovery threshold may equal it.
    const isDisjoint = isMilder(recovery, threshold) || (recovery === threshold && !operator.endsWith("="));
    if (!isDisjoint) {
      throw refusal(
        `${status} and ${status} recovery criteria are such that the monitor can be simultaneously in ${status} and ${status} recovery states`,
      );
    }
  }
}

function checkBurnRate({ slo }: Query, threshold: number, targets: ReadonlyMap<string, number> | undefined): void {
  if (slo === undefined || targets === undefined) return;
  const target = targets.get(slo.timeframe);
  if (target === undefined) throw refusal(`The SLO has no target for the timeframe ${slo.timeframe}.`);
  if (!slo.isBurnRate) return;
  const most = Math.round(1e6 / (1 - target / 100)) / 1e6;
  if (threshold > most || threshold <= 0) {
    throw refusal(
      `Alert threshold (${decimal(threshold)}) must be in range 0 to ${decimal(most)} for burn rate alerts (max threshold = 1/1-slo target).`,
    );
  }
}

function numbers(thresholds: JsonObject): Thresholds {
  return Object.fromEntries(Object.entries(thresholds).filter(([, value]) => typeof value === "number")) as Thresholds;
}
