import { availableParallelism } from "node:os";

import type { Model } from "../compile/model";
import { foreignCpuWarning } from "../evidence/finding";
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
  /**
   * What it should notice in negative controls, in which it is tried first: types of resources, or a type and an argument, such as
   * `aws_lb client_keep_alive`.
   */
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

/** What was not as on AWS, or not as on an idle machine, in brackets after what was measured. */
export function conditions(factor: number, foreignCpu?: number): string {
  const shortened = factor === 1 ? [] : [`times divided by ${factor}`];
  const warning = foreignCpu === undefined ? undefined : foreignCpuWarning(foreignCpu, availableParallelism());
  const all = [...shortened, ...(warning === undefined ? [] : [warning.replace(/^O/, "o")])];
  return all.length === 0 ? "" : ` (${all.join("; ")})`;
}
