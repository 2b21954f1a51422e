import { printable } from "@dev-one/cli/printable";

/** After so long without a line, the command says what it waits for. */
const PROGRESS_MS = 2_000;

/** Lines of a program's output that are shown: enough for a stack trace. */
const MOST_LINES = 15;

type Verdict = "ok" | "warning" | "failed" | "skipped";

/** Prints one line for each thing that was tried. */
export class Report {
  private readonly counts: Record<Verdict, number> = { ok: 0, warning: 0, failed: 0, skipped: 0 };

  private readonly aborted: Promise<never>;

  /** @param signal ends what is waited for */
  constructor(
    private readonly print: (line: string) => void = console.log,
    private readonly signal: AbortSignal = new AbortController().signal,
  ) {
    this.aborted = new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        reject(signal.reason as Error);
      });
    });
    // Nothing may be waiting at that moment.
    this.aborted.catch(() => undefined);
  }

  get hasFailed(): boolean {
    return this.counts.failed > 0;
  }

  ok(what: string, detail: string): void {
    this.line("ok", what, detail);
  }

  /** What the platform allows, and what costs the service something. */
  warning(what: string, detail: string): void {
    this.line("warning", what, detail);
  }

  skipped(what: string, detail: string): void {
    this.line("skipped", what, detail);
  }

  /** @param onServer what the platform would do, without a full stop */
  failed(what: string, detail: string, onServer: string): void {
    this.line("failed", what, `${detail.replace(/\.$/, "")}. On a server: ${onServer}.`);
  }

  /** The last lines that a program printed, after the line that they explain. */
  output(printed: string): void {
    const lines = printed
      .trimEnd()
      .split("\n")
      .filter((line) => line !== "");
    for (const line of lines.slice(-MOST_LINES)) this.print(`         | ${printable(line)}`);
  }

  /** Waits, and says for what when it takes longer than two seconds. @throws the reason of the signal once that is aborted */
  async during<T>(what: string, work: Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const timer = setTimeout(() => {
      this.print(`...      ${what}`);
    }, PROGRESS_MS);
    try {
      return await Promise.race([work, this.aborted]);
    } finally {
      clearTimeout(timer);
    }
  }

  summary(): string {
    const { ok, warning, failed, skipped } = this.counts;
    const parts = [`${ok} ok`, `${warning} ${warning === 1 ? "warning" : "warnings"}`, `${failed} failed`];
    if (skipped > 0) parts.push(`${skipped} skipped`);
    return `${parts.join(", ")}.`;
  }

  private line(verdict: Verdict, what: string, detail: string): void {
    this.counts[verdict] += 1;
    this.print(`${verdict.padEnd(8)} ${what}: ${detail}`);
  }
}

/** Bytes in the unit that a person would use. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 2 ** 20 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 2 ** 20).toFixed(2)} MiB`;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
