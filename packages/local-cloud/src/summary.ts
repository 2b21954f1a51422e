import { writeJsonFile } from "@dev-one/cli/json";
import { table } from "@dev-one/cli/table";
import { UserError } from "@dev-one/cli/user-error";

import type { StepResult } from "./steps";

/** The steps of a run with their times, and the time of the whole run: less than their sum, because some overlap. */
export function printedSummary(results: readonly StepResult[], wholeSeconds: number): string {
  const steps = table(
    ["step", "outcome", "seconds", "detail"],
    results.map(({ name, outcome, seconds, detail }) => [name, outcome, seconds.toFixed(1), wrapped(detail, 70)]),
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

function wrapped(text: string, width: number): string {
  return text.replaceAll(new RegExp(`(.{1,${width}})(\\s|$)`, "g"), "$1\n").trimEnd();
}
