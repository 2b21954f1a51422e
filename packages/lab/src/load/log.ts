import type { Requests } from "../evidence";
import { percentile, rising } from "../measure/percentiles";

/** Requests in the order of h2load's log, stored as columns. */
export interface RequestLog {
  /** End of the answer, in microseconds of the system clock. */
  readonly ends: number[];
  readonly isError: boolean[];
  /** Number of answers for each status other than 2xx; -1 stands for no status. */
  readonly otherStatuses: Map<number, number>;
  readonly milliseconds: number[];
}

export function emptyLog(): RequestLog {
  return { ends: [], isError: [], otherStatuses: new Map(), milliseconds: [] };
}

/** Parses h2load's log: start in microseconds of the system clock, status (-1 without an answer), duration in microseconds. */
export function readLog(text: string, into: RequestLog = emptyLog()): RequestLog {
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [start, status, duration] = line.split("\t", 3).map(Number);
    if (start === undefined || status === undefined || duration === undefined) continue; // incomplete line of a stopped h2load
    into.ends.push(start + duration);
    const isError = status < 200 || status > 299;
    into.isError.push(isError);
    if (isError) into.otherStatuses.set(status, (into.otherStatuses.get(status) ?? 0) + 1);
    into.milliseconds.push(duration / 1000);
  }
  return into;
}

export interface Frame {
  /** Time of second 0, in milliseconds of the system clock. */
  readonly start: number;
  readonly plateau: { readonly from: number; readonly to: number };
  /** Requested wait time of a long poll, in seconds; subtracted from the latency. */
  readonly waitSeconds: number;
}

type Timed = Pick<Requests, "perSecond" | "p50" | "p95" | "p99" | "slowest">;

/** Throughput, errors and latency per second, and the latency of the whole plateau. */
export function timeline(log: RequestLog, { start, plateau, waitSeconds }: Frame): Timed {
  const buckets = new Map<number, { latencies: number[]; errors: number }>();
  const whole: number[] = [];
  for (const [index, end] of log.ends.entries()) {
    const seconds = (end / 1000 - start) / 1000;
    const second = Math.floor(seconds);
    const bucket = buckets.get(second) ?? { latencies: [], errors: 0 };
    buckets.set(second, bucket);
    if (log.isError[index] === true) {
      bucket.errors += 1;
      continue;
    }
    const latency = Math.max(0, (log.milliseconds[index] ?? 0) - waitSeconds * 1000);
    bucket.latencies.push(latency);
    if (seconds >= plateau.from && seconds <= plateau.to) whole.push(latency);
  }
  const last = Math.max(-1, ...buckets.keys());
  const seconds = Array.from({ length: last + 1 }, (_, second) => second);
  const sorted = seconds.map((second) => rising(buckets.get(second)?.latencies ?? []));
  const all = rising(whole);
  const figures = (percent: number): (number | null)[] => sorted.map((values) => rounded(percentile(values, percent)));
  return {
    p50: rounded(percentile(all, 50)),
    p95: rounded(percentile(all, 95)),
    p99: rounded(percentile(all, 99)),
    slowest: rounded(percentile(all, 100)),
    perSecond: {
      seconds,
      requests: sorted.map((values) => values.length),
      errors: seconds.map((second) => buckets.get(second)?.errors ?? 0),
      p50: figures(50),
      p95: figures(95),
      p99: figures(99),
    },
  };
}

/** Rounds milliseconds to three decimal places. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
