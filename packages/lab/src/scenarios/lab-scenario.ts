import type { Model } from "../compile/model";
import type { Answer, ScenarioResult } from "../evidence/lab-figures";
import type { Environment } from "../hosts/environment";

export interface ScenarioContext {
  readonly environment: Environment;
  /** What the stack promises. In a negative control, the environment was built from another JSON. */
  readonly promised: Model;
  readonly signal: AbortSignal;
  /** Prints a line about the progress. */
  readonly say: (line: string) => void;
}

export interface LabScenario {
  readonly name: string;
  readonly title: string;
  /** Resource types whose changes it should notice; it is tried first in negative controls of them. */
  readonly notices: readonly string[];
  readonly run: (context: ScenarioContext) => Promise<Omit<ScenarioResult, "scenario" | "seconds">>;
}

/** Runs a scenario and times it. */
export async function runLabScenario(scenario: LabScenario, context: ScenarioContext): Promise<ScenarioResult> {
  const began = Date.now();
  const result = await scenario.run(context);
  return { scenario: scenario.name, seconds: Math.round((Date.now() - began) / 100) / 10, ...result };
}

/** An answer from the differences that were found. @param measured what was measured, when there is no difference */
export function answer(sentence: string, differences: readonly string[], measured: string): Answer {
  const holds = differences.length === 0;
  const others = differences.length > 3 ? `; and ${differences.length - 3} more` : "";
  return { sentence, holds, measured: holds ? measured : `${differences.slice(0, 3).join("; ")}${others}` };
}
