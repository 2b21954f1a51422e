import type { EventTimeline, Timeline } from "../evidence/timelines";
import { addCounts, latencyPercentile, type Second, totalOf } from "./seconds";

/** @param loads results by the name under which their failures are shown, such as the kind of client */
export function eventTimeline(
  loads: Readonly<Record<string, readonly Second[]>>,
  common: Omit<Timeline, "seconds">,
): EventTimeline {
  const length = Math.max(0, ...Object.values(loads).map((seconds) => seconds.length));
  const seconds = Array.from({ length }, (_, second) => second);
  const latency = seconds.map((second) => addCounts(Object.values(loads).map((load) => load[second]?.latency ?? {})));
  return {
    ...common,
    seconds,
    failed: Object.fromEntries(
      Object.entries(loads).map(([name, load]) => [name, seconds.map((second) => totalOf(load[second]?.failed ?? {}))]),
    ),
    p50: latency.map((counts) => latencyPercentile(counts, 50)),
    p99: latency.map((counts) => latencyPercentile(counts, 99)),
  };
}
