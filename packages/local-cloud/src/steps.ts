import { InterruptedError } from "@dev-one/cli/user-error";

export type StepOutcome = "done" | "failed" | "left out" | "interrupted";

export interface StepResult {
  /** Such as "deploy staging". */
  readonly name: string;
  readonly outcome: StepOutcome;
  readonly seconds: number;
  /** Its result, or why it was skipped. */
  readonly detail: string;
}

/** The steps of a run, one after the other, with the time of each. */
export class Steps {
  readonly results: StepResult[] = [];

  constructor(
    readonly say: (line: string) => void,
    /** Stops the running step. No further step starts. */
    readonly signal: AbortSignal,
  ) {}

  /** Runs a step; `describe` formats its result for the summary. */
  async run<T>(name: string, action: () => Promise<T>, describe: (result: T) => string = () => ""): Promise<T> {
    if (this.signal.aborted) throw new InterruptedError();
    this.say(`\n== ${name}`);
    const start = performance.now();
    const record = (outcome: StepOutcome, detail: string): number => {
      const seconds = Math.round((performance.now() - start) / 100) / 10;
      this.results.push({ name, outcome, seconds, detail });
      return seconds;
    };
    try {
      const result = await action();
      if (isAborted(this.signal)) throw new InterruptedError();
      const detail = describe(result);
      this.say(`   ${record("done", detail).toFixed(1)} s${detail === "" ? "" : `: ${detail}`}`);
      return result;
    } catch (error) {
      const outcome = error instanceof InterruptedError ? "interrupted" : "failed";
      record(outcome, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** Records a skipped step and the reason. */
  leaveOut(name: string, reason: string): void {
    this.results.push({ name, outcome: "left out", seconds: 0, detail: reason });
  }

  /**
   * Runs two sequences of steps at the same time. The output and the results of `second` follow those of `first`, so that their
   * lines do not mix. The first failure stops the other sequence.
   *
   * @returns the result of `first`, when both have ended
   * @throws the first failure, when both have ended
   */
  async runBoth<T>(first: (steps: Steps) => Promise<T>, second: (steps: Steps) => Promise<void>): Promise<T> {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.signal, stop.signal]);
    const held: string[] = [];
    let hold = (line: string): void => void held.push(line);
    const one = new Steps(this.say, signal);
    const other = new Steps((line) => {
      hold(line);
    }, signal);
    const failures: unknown[] = [];
    const onFailure = (error: unknown): void => {
      failures.push(error);
      if (signal.aborted) return;
      this.say("\nA step failed; waiting for the steps beside it to end ...");
      stop.abort();
    };
    const isSecondDone = second(other).catch(onFailure);
    const result = await first(one).catch(onFailure);
    held.forEach(this.say);
    hold = this.say;
    await isSecondDone;
    this.results.push(...one.results, ...other.results);
    if (failures.length > 0) throw failures[0];
    return result as T;
  }
}

// Read through a function, because the compiler does not know that the signal changes during a wait.
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
