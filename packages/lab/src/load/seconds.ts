import type { Requests, Run } from "../evidence/figures";
import { sum } from "../evidence/statistics";

/** Counts by a key such as an address. */
export type Counts = Readonly<Record<string, number>>;

/** The requests that were planned within one second, as the generator writes them. An address has a port. */
export interface Second {
  readonly planned: number;
  /** By address. */
  readonly succeeded: Counts;
  /** By address and reason, with a space between them. */
  readonly failed: Counts;
  /** Of those that succeeded, by bucket: at most 1.01 to the power of the key, in microseconds. */
  readonly latency: Counts;
  /** 2xx answers that ended in this second, whenever they were planned. */
  readonly answered: number;
  /** Connections at the end of the second, by address. */
  readonly open: Counts;
}

const BUCKET_BASE = 1.01;

/** Adds the seconds of several processes with the same start. */
export function merge(results: readonly (readonly Second[])[]): Second[] {
  const length = Math.max(0, ...results.map((seconds) => seconds.length));
  return Array.from({ length }, (_, number) => {
    const all = results.flatMap((seconds) => seconds[number] ?? []);
    const counts = (of: (second: Second) => Counts) => addCounts(all.map(of));
    return {
      planned: sum(all.map(({ planned }) => planned)),
      succeeded: counts(({ succeeded }) => succeeded),
      failed: counts(({ failed }) => failed),
      latency: counts(({ latency }) => latency),
      answered: sum(all.map(({ answered }) => answered)),
      open: counts(({ open }) => open),
    };
  });
}

export function addCounts(all: readonly Counts[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const counts of all) for (const [key, value] of Object.entries(counts)) total[key] = (total[key] ?? 0) + value;
  return total;
}

/** @param belongs which keys count @default all */
export const totalOf = (counts: Counts, belongs: (key: string) => boolean = () => true): number =>
  sum(Object.entries(counts).map(([key, value]) => (belongs(key) ? value : 0)));

/** Failed requests by reason, whatever their address. */
export function failuresByReason(seconds: readonly Second[]): Record<string, number> {
  return addCounts(
    seconds.flatMap(({ failed }) =>
      Object.entries(failed).map(([key, value]) => ({ [key.slice(key.indexOf(" ") + 1)]: value })),
    ),
  );
}

/**
 * The latency that `percent` of the requests do not exceed, by the nearest-rank method: the upper bound of its bucket, at most
 * 1 % too high, in milliseconds with three decimal places; null without a request.
 */
export function latencyPercentile(latency: Counts, percent: number): number | null {
  const buckets = Object.entries(latency).map(([key, value]) => [Number(key), value] as const);
  let left = Math.max(1, Math.ceil((percent / 100) * totalOf(latency)));
  for (const [bucket, value] of buckets.sort(([a], [b]) => a - b)) {
    left -= value;
    if (left <= 0) return Math.round(BUCKET_BASE ** bucket) / 1000;
  }
  return null;
}

/** Answers, failures and latency by second, and the latency of the requests that were sent during the plateau. */
export function timeline(
  seconds: readonly Second[],
  plateau: Run["plateau"],
): Pick<Requests, "perSecond" | "p50" | "p95" | "p99"> {
  const during = seconds.filter((_, second) => second >= plateau.from && second + 1 <= plateau.to);
  const whole = addCounts(during.map(({ latency }) => latency));
  const percentiles = <T>(at: (percent: number) => T) => ({ p50: at(50), p95: at(95), p99: at(99) });
  return {
    ...percentiles((percent) => latencyPercentile(whole, percent)),
    perSecond: {
      seconds: [...seconds.keys()],
      requests: seconds.map(({ answered }) => answered),
      errors: seconds.map(({ failed }) => totalOf(failed)),
      ...percentiles((percent) => seconds.map(({ latency }) => latencyPercentile(latency, percent))),
    },
  };
}
