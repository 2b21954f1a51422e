import { resolve } from "node:path";

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

export interface Measurement {
  readonly name: string;
  readonly command: string;
  /** Wall time of each run, seconds. */
  readonly seconds: readonly number[];
  readonly medianSeconds: number;
  /** Maximum resident set size of all runs, MiB. */
  readonly peakMib: number;
}

/** A measurement that is not possible. The benchmark continues without it and prints the reason. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

const TIMEOUT_MS = 300_000;
const MEMORY_HOOK = resolve("scripts/benchmark/report-memory.cjs");

/**
 * Measures commands in turns (A B C, A B C, ...), so that changes of the machine's speed affect all commands equally.
 * Each runs once unmeasured first, which fills the caches. Compare medians within one call, never between calls.
 *
 * @param signal stops the running command; the reason of the abort is thrown
 */
export async function measureInTurns(
  subjects: readonly Subject[],
  runs: number,
  signal?: AbortSignal,
): Promise<(Measurement | LeftOut)[]> {
  const results = subjects.map((subject) => ({ subject, seconds: [] as number[], peakKib: 0, failure: "" }));
  for (let run = 0; run <= runs; run += 1) {
    for (const result of results) {
      if (result.failure !== "") continue;
      const outcome = await runOnce(result.subject, signal);
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
  signal: AbortSignal | undefined,
): Promise<{ seconds: number; peakKib: number } | { failure: string }> {
  const started = performance.now();
  const result = await execa(program, args, {
    env: { ...env, NODE_OPTIONS: `--require ${JSON.stringify(MEMORY_HOOK)}` },
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const seconds = (performance.now() - started) / 1000;
  if (!exitCodes.includes(result.exitCode ?? -1))
    return { failure: firstLine(result.stderr) ?? result.shortMessage ?? "it failed" };
  // npx is a Node.js process too and writes its own figure: the largest one belongs to the command.
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
