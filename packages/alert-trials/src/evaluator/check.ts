import { max } from "../arithmetic";
import type { CheckQuery } from "../datadog";
import type { CheckSource, CheckStatus, Telemetry } from "../simulation";
import type { Group } from "./group";
import { grouped, groupTags } from "./lines";
import type { Status } from "./status";

/** An agent runs a check every 15 seconds by default. @see https://docs.datadoghq.com/developers/custom_checks/write_agent_check/ */
const RUNS_A_MINUTE = 4;

const SEVERITY: readonly CheckStatus[] = ["OK", "WARNING", "CRITICAL"];

export interface CheckThresholds {
  readonly ok: number;
  readonly warning?: number | undefined;
  readonly critical: number;
}

/**
 * A check alert counts consecutive results of the same status: it alerts, warns or recovers after the configured number of CRITICAL,
 * WARNING or OK.
 * A CRITICAL does not count as a WARNING: a monitor of a check that reports only OK and CRITICAL never warns.
 * @see https://docs.datadoghq.com/monitors/types/service_check/
 */
export function checkGroups(
  { check, over, by }: CheckQuery,
  telemetry: Telemetry,
  thresholds: CheckThresholds,
): Group[] {
  const filters = over.map((tag) => {
    const [key = "", ...value] = tag.split(":");
    return { kind: "tag", key, values: [value.join(":")], isNegated: false } as const;
  });
  return [...grouped(telemetry.checks.get(check) ?? [], { filters, by }).values()].map((sources) => {
    const statuses = Array.from({ length: telemetry.minutes }, (_, minute) => worst(sources, minute));
    return {
      tags: groupTags(sources[0]?.tags ?? {}, by),
      first: statuses.findIndex((status) => status !== undefined),
      late: 0,
      has: (now) => statuses[now] !== undefined,
      evaluate: (now, previous) => {
        const status = statuses[now];
        return status === undefined ? undefined : counted(status, inARow(statuses, now), thresholds, previous);
      },
    };
  });
}

function counted(status: CheckStatus, runs: number, thresholds: CheckThresholds, previous: Status): Status {
  if (status === "CRITICAL" && runs >= thresholds.critical) return "Alert";
  if (status === "WARNING" && thresholds.warning !== undefined && runs >= thresholds.warning) return "Warn";
  if (status === "OK" && runs >= thresholds.ok) return "OK";
  return previous;
}

function inARow(statuses: readonly (CheckStatus | undefined)[], now: number): number {
  let minutes = 0;
  while (minutes <= now && statuses[now - minutes] === statuses[now]) minutes += 1;
  return minutes * RUNS_A_MINUTE;
}

function worst(sources: readonly CheckSource[], minute: number): CheckStatus | undefined {
  let rank = -1;
  for (const { statuses } of sources) {
    const status = statuses[minute];
    if (status !== undefined) rank = max(rank, SEVERITY.indexOf(status));
  }
  return SEVERITY[rank];
}
