import { addCounts, type Counts, latencyPercentile, type Second } from "../load/seconds";
import { sum } from "./statistics";

/** An event on the axis of time. */
export interface Mark {
  readonly second: number;
  readonly text: string;
}

interface Common {
  readonly title: string;
  readonly seconds: readonly number[];
  readonly marks: readonly Mark[];
  /** CPU of other programs meanwhile, percent of one core. */
  readonly foreignCpu: number;
}

/** Connections of each host over time. */
export interface HostTimeline extends Common {
  readonly hosts: readonly { readonly name: string; readonly zone: string; readonly connections: readonly number[] }[];
}

/** Failed requests by second of sending, and latency in milliseconds, through an event. */
export interface EventTimeline extends Common {
  readonly failed: Readonly<Record<string, readonly number[]>>;
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

/** What plot.py draws, one picture for each name. */
export interface Timelines {
  readonly cores: number;
  readonly timelines: Readonly<Record<string, HostTimeline | EventTimeline>>;
}

/** @param loads results by the name under which their failures are shown, such as the kind of client */
export function eventTimeline(
  loads: Readonly<Record<string, readonly Second[]>>,
  common: Omit<Common, "seconds">,
): EventTimeline {
  const length = Math.max(0, ...Object.values(loads).map((seconds) => seconds.length));
  const seconds = Array.from({ length }, (_, second) => second);
  const latency = seconds.map((second) => addCounts(Object.values(loads).map((load) => load[second]?.latency ?? {})));
  return {
    ...common,
    seconds,
    failed: Object.fromEntries(
      Object.entries(loads).map(([name, load]) => [name, seconds.map((second) => total(load[second]?.failed))]),
    ),
    p50: latency.map((counts) => latencyPercentile(counts, 50)),
    p99: latency.map((counts) => latencyPercentile(counts, 99)),
  };
}

const total = (counts: Counts = {}): number => sum(Object.values(counts));
