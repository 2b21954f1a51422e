import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

import { UserError } from "@dev-one/cli/user-error";

import type { Environment } from "../../../../src/environments";
import type { RollOutApi } from "./aws";

/** What every part of a roll-out uses. */
export interface Context {
  /** Name of the stack, which messages start with. */
  readonly stack: string;
  readonly api: RollOutApi;
  readonly clock: Clock;
  /** The environments that changes come to after this one. */
  readonly later: readonly Environment[];
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

/**
 * The result of what was taken back before, and is left so. Results that begin with "not" are no roll-out. It is not good where a later
 * environment would get the same: the job of that environment follows this one.
 *
 * @param until what is tried again without `--again`
 */
export function leftBack(
  again: string,
  until: string,
  { at, reason }: { readonly at: Date; readonly reason: string },
  later: readonly string[],
): Pick<Outcome, "result" | "isGood"> {
  const next = later.length === 0 ? "" : `; ${later.join(", ")} would get the same`;
  const time = `${at.toISOString().slice(0, 16)}Z`;
  return {
    result: `not tried again before ${until}, or with --again ${again}: taken back at ${time} (${reason.replace(/\.$/, "")})${next}`,
    isGood: later.length === 0,
  };
}

/**
 * Names of the later environments that would get what was taken back: those with the same release of a service whose release was taken
 * back, and all that have these servers if it was no release, because that comes from the code of all environments.
 *
 * @param changed names of the services whose release was taken back
 * @param isThere whether an environment has these servers
 */
export function gettingTheSame(
  environment: Environment,
  changed: readonly string[],
  isThere: (later: Environment) => boolean,
  { later }: Context,
): string[] {
  const isSame = ({ releases }: Environment) =>
    changed.some((service) => isDeepStrictEqual(releases[service], environment.releases[service]));
  return later.filter((each) => isThere(each) && (changed.length === 0 || isSame(each))).map(({ name }) => name);
}

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
