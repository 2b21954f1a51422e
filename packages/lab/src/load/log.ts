import type { Requests, Run } from "../evidence/figures";
import { percentile } from "../evidence/statistics";

/** A request in h2load's log. */
export interface LoggedRequest {
  /** End of the answer, in milliseconds of the system clock. */
  readonly end: number;
  /** Status of the answer; -1 without an answer. */
  readonly status: number;
  readonly milliseconds: number;
}

export const isError = ({ status }: Pick<LoggedRequest, "status">): boolean => status < 200 || status > 299;

/** Parses h2load's log: start in microseconds of the system clock, status, duration in microseconds. */
export function readLog(text: string): LoggedRequest[] {
  return text.split("\n").flatMap((line) => {
    const [start, status, duration] = line.split("\t", 3).map(Number);
    // The last line of a stopped h2load can be incomplete.
    if (start === undefined || status === undefined || duration === undefined) return [];
    return [{ end: (start + duration) / 1000, status, milliseconds: duration / 1000 }];
  });
}

export interface Frame {
  /** Time of second 0, in milliseconds of the system clock. */
  readonly start: number;
  readonly plateau: Run["plateau"];
  /** Requested wait time of a long poll, in seconds; subtracted from the latency. */
  readonly waitSeconds: number;
}

/** Throughput, errors and latency per second, and the latency of the whole plateau. */
export function timeline(
  log: readonly LoggedRequest[],
  { start, plateau, waitSeconds }: Frame,
): Pick<Requests, "perSecond" | "p50" | "p95" | "p99"> {
  const buckets: { readonly latencies: number[]; errors: number }[] = [];
  const whole: number[] = [];
  for (const request of log) {
    const seconds = (request.end - start) / 1000;
    while (buckets.length <= seconds) buckets.push({ latencies: [], errors: 0 });
    const bucket = buckets[Math.floor(seconds)];
    const latency = Math.max(0, request.milliseconds - waitSeconds * 1000);
    if (bucket === undefined) continue;
    if (isError(request)) bucket.errors += 1;
    else bucket.latencies.push(latency);
    if (!isError(request) && seconds >= plateau.from && seconds <= plateau.to) whole.push(latency);
  }
  const sorted = buckets.map(({ latencies }) => Float64Array.from(latencies).sort());
  const all = Float64Array.from(whole).sort();
  const latencies = <T>(at: (percent: number) => T) => ({ p50: at(50), p95: at(95), p99: at(99) });
  return {
    ...latencies((percent) => rounded(percentile(all, percent))),
    perSecond: {
      seconds: [...buckets.keys()],
      requests: sorted.map(({ length }) => length),
      errors: buckets.map(({ errors }) => errors),
      ...latencies((percent) => sorted.map((values) => rounded(percentile(values, percent)))),
    },
  };
}

/** Rounds milliseconds to three decimal places. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
