import { setTimeout as delay } from "node:timers/promises";

import { UserError } from "@dev-one/cli/user-error";

import type { RollOutApi } from "./aws";

/** What every part of a roll-out uses. */
export interface Context {
  /** Name of the stack, which messages start with. */
  readonly stack: string;
  readonly api: RollOutApi;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  /** Time of the clock after which nothing is waited for any more. */
  readonly deadline: number;
}

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export const SYSTEM_CLOCK: Clock = { now: () => Date.now(), sleep: (ms) => delay(ms) };

export const POLL_MS = 15_000;

/** The end of a roll-out, or of a part of it: a line of the table. */
export interface Outcome {
  /** The Auto Scaling group, or the service. */
  readonly what: string;
  /** Version that it had before. */
  readonly from: string;
  readonly to: string;
  /** What AWS calls it, and the reason where it is none of the good ones. */
  readonly result: string;
  readonly isGood: boolean;
}

/** The result of what was taken back before, and is left so. Results that begin with "not" are no roll-out. */
export const leftBack = (what: string, at: Date, reason: string): string =>
  `not tried again before its release changes, or with --again ${what}: taken back at ${at.toISOString().slice(0, 16)}Z (${reason.replace(/\.$/, "")})`;

/** The same API, whose errors say in one sentence which call failed. */
export function explained(api: RollOutApi, stack: string): RollOutApi {
  const calls = Object.entries(api) as [string, (...args: unknown[]) => Promise<unknown>][];
  const wrapped = calls.map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await call(...args);
      } catch (error) {
        const reason = error instanceof Error ? `${error.name}, ${error.message}` : String(error);
        throw new UserError(`${stack}: AWS refused or did not answer (${name}): ${reason}`);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as RollOutApi;
}
