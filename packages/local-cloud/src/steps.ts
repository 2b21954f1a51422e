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

  constructor(private readonly say: (line: string) => void) {}

  /** Runs a step; `describe` formats its result for the summary. */
  async run<T>(name: string, action: () => Promise<T>, describe: (result: T) => string = () => ""): Promise<T> {
    this.say(`\n== ${name}`);
    const start = performance.now();
    const seconds = (): number => Math.round((performance.now() - start) / 100) / 10;
    try {
      const result = await action();
      const detail = describe(result);
      this.results.push({ name, outcome: "done", seconds: seconds(), detail });
      this.say(`   ${seconds().toFixed(1)} s${detail === "" ? "" : `: ${detail}`}`);
      return result;
    } catch (error) {
      const outcome = error instanceof InterruptedError ? "interrupted" : "failed";
      const detail = error instanceof Error ? error.message : String(error);
      this.results.push({ name, outcome, seconds: seconds(), detail });
      throw error;
    }
  }

  /** Records a skipped step and the reason. */
  leaveOut(name: string, reason: string): void {
    this.results.push({ name, outcome: "left out", seconds: 0, detail: reason });
  }
}
