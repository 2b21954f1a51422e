import { writeJsonFile } from "@dev-one/cli/json";
import { table, wrap } from "@dev-one/cli/table";
import { UserError } from "@dev-one/cli/user-error";

import type { StepResult } from "./steps";

/** The steps of a run with their times, and the time of the whole run: less than their sum, because some overlap. */
export function printedSummary(results: readonly StepResult[], wholeSeconds: number): string {
  const steps = table(
    ["step", "outcome", "seconds", "detail"],
    results.map(({ name, outcome, seconds, detail }) => [name, outcome, seconds.toFixed(1), wrap(detail, 70)]),
  );
  return `${steps}\nThe whole run took ${wholeSeconds.toFixed(1)} s.`;
}

/** @throws UserError when the file cannot be written */
export function writeSummary(file: string, results: readonly StepResult[], wholeSeconds: number): void {
  try {
    writeJsonFile(file, { seconds: wholeSeconds, steps: results.map((result) => ({ ...result })) });
  } catch (error) {
    throw new UserError(`The summary cannot be written to ${file} (${error instanceof Error ? error.message : ""}).`);
  }
}
