import type { CheckQuery } from "../datadog";
import type { CheckStatus, Source, Telemetry } from "../simulation";
import type { Group } from "./group";
import { grouped, groupTags } from "./lines";
import type { Thresholds } from "./status";

/** An agent runs a check every 15 seconds by default. @see https://docs.datadoghq.com/developers/custom_checks/write_agent_check/ */
const RUNS_A_MINUTE = 4;

const SEVERITY: readonly CheckStatus[] = ["OK", "WARNING", "CRITICAL"];

/**
 * A check alert counts consecutive results of the same status: it alerts, warns or recovers after the configured number of CRITICAL,
 * WARNING or OK.
 * A CRITICAL does not count as a WARNING: a monitor of a check that reports only OK and CRITICAL never warns.
 * @see https://docs.datadoghq.com/monitors/types/service_check/
 */
export function checkGroups({ check, over, by }: CheckQuery, telemetry: Telemetry, thresholds: Thresholds): Group[] {
  const filters = over.map((tag) => {
    const [key = "", ...value] = tag.split(":");
    return { kind: "tag", key, values: [value.join(":")], isNegated: false } as const;
  });
  return [...grouped(telemetry.checks.get(check), { filters, by }).values()].map((sources) => {
    const statuses = Array.from({ length: telemetry.minutes }, (_, minute) => worst(sources, minute));
    return {
      tags: groupTags(sources[0]?.tags ?? {}, by),
      late: 0,
      has: (minute) => statuses[minute] !== undefined,
      evaluate: (now, previous) => {
        const status = statuses[now];
        const runs = (now - statuses.findLastIndex((each, minute) => minute < now && each !== status)) * RUNS_A_MINUTE;
        if (status === "CRITICAL" && runs >= thresholds.critical) return "Alert";
        if (status === "WARNING" && runs >= (thresholds.warning ?? Infinity)) return "Warn";
        if (status === "OK" && runs >= (thresholds.ok ?? 1)) return "OK";
        return status === undefined ? undefined : previous;
      },
    };
  });
}

function worst(sources: readonly Source<CheckStatus>[], minute: number): CheckStatus | undefined {
  return SEVERITY.findLast((status) => sources.some(({ values }) => values[minute] === status));
}
