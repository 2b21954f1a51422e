import { at } from "./day";

// The one event of the day: at twenty to eleven an instance fails. Its group starts another, which takes over name and
// address; for half an hour clients notice a little.

const FAILED = at(10 + 4 / 6);
/** First sample of the new instance. */
const REPLACED = FAILED + 2;
const CALM = FAILED + 6;

export type Phase = "before" | "gone" | "back";

export function phase(index: number): Phase {
  if (index < FAILED) return "before";
  return index < REPLACED ? "gone" : "back";
}

/** Whether the new instance serves already but does not reach the database yet. */
export function isStarting(index: number): boolean {
  return index === REPLACED;
}

/** Samples since the new instance started. */
export function age(index: number): number {
  return index - REPLACED;
}

/** What clients notice, from 0 to 1: all at once, and then less and less. */
export function ripple(index: number): number {
  return index < FAILED || index >= CALM ? 0 : (1 - (index - FAILED) / (CALM - FAILED)) ** 1.6;
}
