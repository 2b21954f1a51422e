import type { CheckQuery } from "../datadog";
import type { CheckStatus, Source, Telemetry } from "../simulation";
import type { Group } from "./group";
import { grouped, groupTags } from "./lines";
import type { Thresholds } from "./status";

/** An agent runs a check every 15 seconds by default. @see https://docs.datadoghq.com/developers/custom_checks/write_agent_check/ */
const RUNS_A_MINUTE = 4;

/**
 * A check alert counts consecutive results of the same status: it alerts or recovers after the configured number of CRITICAL or OK.
 * No check here reports WARNING, and a CRITICAL does not count as one: a threshold of warnings has no effect.
 * @see https://docs.datadoghq.com/monitors/types/service_check/
 */
export function checkGroups({ check, over, by }: CheckQuery, telemetry: Telemetry, thresholds: Thresholds): Group[] {
  const filters = over.map((tag) => {
    const [key = "", ...value] = tag.split(":");
    return { kind: "tag", key, values: [value.join(":")], isNegated: false } as const;
  });
  return [...grouped(telemetry.checks.get(check), { filters, by }).values()].map((sources) => {
    const statuses = Array.from({ length: telemetry.minutes }, (_, minute) => worst(sources, minute));
    let minutes = 0;
    const minutesAlike = statuses.map(
      (status, minute) => (minutes = status === statuses[minute - 1] ? minutes + 1 : 1),
    );
    return {
      tags: groupTags(sources[0]?.tags ?? {}, by),
      late: 0,
      has: (minute) => statuses[minute] !== undefined,
      evaluate: (now, previous) => {
        const status = statuses[now];
        const runs = (minutesAlike[now] ?? 0) * RUNS_A_MINUTE;
        if (status === "CRITICAL" && runs >= thresholds.critical) return "Alert";
        if (status === "OK" && runs >= (thresholds.ok ?? 1)) return "OK";
        return status === undefined ? undefined : previous;
      },
    };
  });
}

function worst(sources: readonly Source<CheckStatus>[], minute: number): CheckStatus | undefined {
  const all = sources.map(({ values }) => values[minute]);
  return all.includes("CRITICAL") ? "CRITICAL" : all.find((status) => status !== undefined);
}
