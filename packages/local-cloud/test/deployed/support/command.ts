import { killProcess } from "@dev-one/cli/test/processes";
import { execa } from "execa";

export interface CommandOptions {
  readonly cwd: string;
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Timeout after which the command and its child processes are killed. */
  readonly timeoutMs: number;
}

/**
 * Runs a command until it exits or its timeout ends.
 *
 * @returns its exit and, unless it succeeded, its output, also after a timeout
 */
export async function runToEnd(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMs }: CommandOptions,
): Promise<{ readonly end: string; readonly output: string }> {
  const child = execa(command, args, { cwd, env, stdin: "ignore", reject: false, all: true, detached: true });
  const overdue = new AbortController();
  const timer = setTimeout(() => {
    overdue.abort();
    if (child.pid !== undefined) killProcess(-child.pid);
  }, timeoutMs);
  const { exitCode, all } = await child;
  clearTimeout(timer);
  if (overdue.signal.aborted) return { end: `killed after ${timeoutMs / 1000} s`, output: all };
  return { end: `exit code ${exitCode ?? "none"}`, output: exitCode === 0 ? "" : all };
}
