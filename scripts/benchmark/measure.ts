import { execa } from "execa";

/** One command to be measured as a whole process. */
export interface Subject {
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  /** Environment variables beside those of this process. @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs once, unmeasured, before the runs: to build what later runs find built. @default true */
  readonly warmUp?: boolean;
  /** Exit codes that are results and no failures. @default 0 alone */
  readonly exitCodes?: readonly number[];
}

export interface Measurement {
  readonly name: string;
  readonly command: string;
  /** Wall time of each run, seconds. */
  readonly seconds: readonly number[];
  readonly medianSeconds: number;
  /** Largest resident memory of any run, MiB. */
  readonly peakMib: number;
}

/** A measurement that can't be made; the benchmark goes on without it, and says why. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

const TIMEOUT_MS = 300_000;

/**
 * Measures commands in turns (A B C, A B C, ...), so that a machine whose speed drifts is as fast for one as for another.
 * Compare medians within one call, never between calls.
 *
 * @param signal ends it; what runs is stopped, and the reason is thrown
 */
export async function measureInTurns(
  subjects: readonly Subject[],
  runs: number,
  memoryHook: string,
  signal?: AbortSignal,
): Promise<(Measurement | LeftOut)[]> {
  const results = subjects.map((subject) => ({ subject, seconds: [] as number[], peakKib: 0, failure: "" }));
  for (let run = 0; run <= runs; run += 1) {
    for (const result of results) {
      if (result.failure !== "" || (run === 0 && result.subject.warmUp === false)) continue;
      const outcome = await runOnce(result.subject, memoryHook, signal);
      signal?.throwIfAborted();
      if ("failure" in outcome) {
        result.failure = outcome.failure;
      } else if (run > 0) {
        result.seconds.push(outcome.seconds);
        result.peakKib = Math.max(result.peakKib, outcome.peakKib);
      }
    }
  }
  return results.map(({ subject, seconds, peakKib, failure }) =>
    failure === ""
      ? {
          name: subject.name,
          command: subject.command.join(" "),
          seconds,
          medianSeconds: median(seconds),
          peakMib: peakKib / 1024,
        }
      : { name: subject.name, reason: failure },
  );
}

async function runOnce(
  { command: [program, ...args], env, exitCodes = [0] }: Subject,
  memoryHook: string,
  signal: AbortSignal | undefined,
): Promise<{ seconds: number; peakKib: number } | { failure: string }> {
  const started = performance.now();
  const result = await execa(program, args, {
    env: { ...env, NODE_OPTIONS: `--require ${JSON.stringify(memoryHook)}` },
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const seconds = (performance.now() - started) / 1000;
  if (!exitCodes.includes(result.exitCode ?? -1))
    return { failure: firstLine(result.stderr) ?? result.shortMessage ?? "it failed" };
  // npx and the like are Node themselves: the command's own figure is the largest that was written.
  const peakKib = Math.max(...result.stdio[3].split("\n").map(Number));
  return { seconds, peakKib };
}

function firstLine(text: string): string | undefined {
  return text.split("\n").find((line) => line.trim() !== "");
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
