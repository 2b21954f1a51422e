import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

/** One command, measured as a whole process. */
export interface Subject {
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  /** Additional environment variables. @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that do not count as failures. @default 0 alone */
  readonly exitCodes?: readonly number[];
}

/**
 * Measures commands in turns (A B C, A B C, ...), so that changes of the machine's speed affect all commands equally.
 * Each runs once unmeasured first, which fills the caches. Compare medians within one call, never between calls.
 *
 * @param signal stops the running command; the reason of the abort is thrown
 * @returns the wall time of each run, and their median
 * @throws UserError when a command fails
 */
export async function measureInTurns(subjects: readonly Subject[], runs: number, signal: AbortSignal) {
  const results = subjects.map((subject) => ({ subject, seconds: [] as number[] }));
  for (let run = 0; run <= runs; run += 1) {
    for (const { subject, seconds } of results) {
      const taken = await secondsOf(subject, signal);
      if (run > 0) seconds.push(taken);
    }
  }
  return results.map(({ subject: { name, command }, seconds }) => {
    return { name, command: command.join(" "), seconds, medianSeconds: median(seconds) };
  });
}

async function secondsOf({ name, command, env, exitCodes = [0] }: Subject, signal: AbortSignal): Promise<number> {
  const [program, ...args] = command;
  const result = await execa(program, args, {
    ...(env === undefined ? {} : { env }),
    stdio: ["ignore", "ignore", "pipe"],
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (exitCodes.includes(result.exitCode ?? -1)) return result.durationMs / 1000;
  throw new UserError(`${name} failed: ${result.stderr.trim().split("\n")[0] ?? ""}`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2)];
  return ((sorted[low] ?? NaN) + (sorted[high] ?? NaN)) / 2;
}
