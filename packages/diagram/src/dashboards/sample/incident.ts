import { at } from "./day";

// The only incident of the day: at 10:40 an instance fails. Its Auto Scaling group launches another, which takes over name and
// address. For one hour clients see more errors and a higher latency.

const FAILED = at(10 + 4 / 6);
/** First sample of the new instance. */
const REPLACED = FAILED + 2;
const CALM = FAILED + 6;

export type Phase = "before" | "gone" | "back";

export function phase(index: number): Phase {
  if (index < FAILED) return "before";
  return index < REPLACED ? "gone" : "back";
}

/** Whether the new instance already serves requests but cannot reach the database yet. */
export function isStarting(index: number): boolean {
  return index === REPLACED;
}

/** Samples since the new instance started. */
export function age(index: number): number {
  return index - REPLACED;
}

/** Impact on clients from 0 to 1: highest at the start, then decreasing. */
export function ripple(index: number): number {
  return index < FAILED || index >= CALM ? 0 : (1 - (index - FAILED) / (CALM - FAILED)) ** 1.6;
}
