import { createHash } from "node:crypto";

/** Seconds between two samples, similar to Datadog's resolution for one day. */
export const STEP = 600;
/** End of the sample at 16:00 UTC, during high load. The date is arbitrary. */
export const END = Date.UTC(2026, 0, 14, 16);
const SAMPLES = 86_400 / STEP + 1;
const PER_HOUR = 3600 / STEP;

/** Time of each sample, in milliseconds. */
export const times: readonly number[] = Array.from(
  { length: SAMPLES },
  (_, index) => END - (SAMPLES - 1 - index) * STEP * 1000,
);

/** Index of a time of the day in hours, such as `10.5` for 10:30; times after 16:00 are on the previous day. */
export function at(hour: number): number {
  return Math.round(((hour - new Date(times[0] ?? END).getUTCHours() + 24) % 24) * PER_HOUR);
}

/** Calculates a value for each sample. */
export function overDay(value: (index: number) => number): number[] {
  return times.map((_, index) => value(index));
}

/** A value, or zero for NaN. */
export function orZero(value = NaN): number {
  return Number.isNaN(value) ? 0 : value;
}

/** The values that are not NaN. */
export function present(values: readonly number[]): number[] {
  return values.filter((value) => !Number.isNaN(value));
}

/** `sum`, `min`, `max`, or by any other name the average of the values; NaN without one. */
export function aggregate(aggregator: string, values: readonly number[]): number {
  const all = present(values);
  if (all.length === 0) return NaN;
  if (aggregator === "min") return Math.min(...all);
  if (aggregator === "max") return Math.max(...all);
  const sum = all.reduce((a, b) => a + b, 0);
  return aggregator === "sum" ? sum : sum / all.length;
}

/** Load of the clients from 0 to 1: lowest at 04:00, highest at 15:00, with a smaller peak in the evening. */
export function load(index: number): number {
  const time = new Date(times[index] ?? END);
  const hour = time.getUTCHours() + time.getUTCMinutes() / 60;
  const bump = (around: number, width: number) => {
    const distance = Math.min(Math.abs(hour - around), 24 - Math.abs(hour - around));
    return Math.exp(-((distance / width) ** 2));
  };
  return 0.27 + 0.7 * bump(14.2, 4.6) + 0.36 * bump(20.6, 2.4) + 0.015 * noise("load", index);
}

/**
 * Sample of the only incident of the day: an instance fails. Its Auto Scaling group launches another, which takes over name and
 * address. For one hour clients see more errors and a higher latency.
 */
export const FAILED = at(10 + 4 / 6);
/** First sample of the new instance, which already serves requests but cannot reach the database yet. */
export const REPLACED = FAILED + 2;
const CALM = FAILED + 6;

/** Impact of the incident on clients from 0 to 1: highest at the start, then decreasing. */
export function ripple(index: number): number {
  return index < FAILED || index >= CALM ? 0 : (1 - (index - FAILED) / (CALM - FAILED)) ** 1.6;
}

const knots = new Map<string, number>();

/** Pseudorandom numbers between -1 and 1. A name gives the same numbers on every machine. */
export function noise(name: string, index: number): number {
  const key = `${name} ${index}`;
  const known = knots.get(key);
  if (known !== undefined) return known;
  const value = (createHash("sha256").update(key).digest().readUInt32BE() / 0xffffffff) * 2 - 1;
  knots.set(key, value);
  return value;
}

/** A factor that varies around 1 by at most a share. */
export function wobble(name: string, index: number, share: number): number {
  // Adjacent samples share a part of the noise.
  return 1 + share * (0.6 * noise(name, index) + 0.4 * noise(name, Math.floor(index / 4)));
}
