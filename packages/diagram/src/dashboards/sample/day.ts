import { createHash } from "node:crypto";

/** Seconds between two samples: what Datadog shows of a day, roughly. */
export const STEP = 600;
/** The last day until four in the afternoon, when there is much to do; which day does not matter. */
export const END = Date.UTC(2026, 0, 14, 16);
const SAMPLES = 86_400 / STEP + 1;
const PER_HOUR = 3600 / STEP;

/** When each sample was taken, in milliseconds. */
export const times: readonly number[] = Array.from(
  { length: SAMPLES },
  (_, index) => END - (SAMPLES - 1 - index) * STEP * 1000,
);

/** Index of a time of the day, such as `10.5` for half past ten; those after four are of the day before. */
export function at(hour: number): number {
  return Math.round(((hour - new Date(times[0] ?? END).getUTCHours() + 24) % 24) * PER_HOUR);
}

/** A value for each sample. */
export function overDay(value: (index: number) => number): number[] {
  return times.map((_, index) => value(index));
}

/** A value, or zero where there is none. */
export function orZero(value = NaN): number {
  return Number.isNaN(value) ? 0 : value;
}

/** How busy clients are, from 0 to 1: least at four at night, most at three in the afternoon, and a little again after dinner. */
export function load(index: number): number {
  const time = new Date(times[index] ?? END);
  const hour = time.getUTCHours() + time.getUTCMinutes() / 60;
  const bump = (around: number, width: number) => {
    const distance = Math.min(Math.abs(hour - around), 24 - Math.abs(hour - around));
    return Math.exp(-((distance / width) ** 2));
  };
  return 0.27 + 0.7 * bump(14.2, 4.6) + 0.36 * bump(20.6, 2.4) + 0.015 * noise("load", index);
}

const knots = new Map<string, number>();

/** Restless numbers between -1 and 1: the same ones for the same name, on every machine. */
export function noise(name: string, index: number): number {
  const key = `${name} ${index}`;
  const known = knots.get(key);
  if (known !== undefined) return known;
  const value = (createHash("sha256").update(key).digest().readUInt32BE() / 0xffffffff) * 2 - 1;
  knots.set(key, value);
  return value;
}

/** Around 1, by a share. */
export function wobble(name: string, index: number, share: number): number {
  // Neighbours have something in common.
  return 1 + share * (0.6 * noise(name, index) + 0.4 * noise(name, Math.floor(index / 4)));
}
