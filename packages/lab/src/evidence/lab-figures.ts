import type { JsonObject } from "@dev-one/cli/json";

import type { Timelines } from "./timelines";

/** A sentence of the design, and what was measured about it. */
export interface Answer {
  readonly sentence: string;
  readonly holds: boolean;
  /** What was measured, with its figure. */
  readonly measured: string;
}

export interface ScenarioResult {
  readonly scenario: string;
  readonly seconds: number;
  readonly answers: readonly Answer[];
  readonly figures: JsonObject;
  /** Pictures, by their names. */
  readonly timelines?: Timelines["timelines"];
}

/** What a mutation of the stack did to the scenarios. */
export interface Control {
  address: string;
  change: string;
  /** `refused`: the lab cannot build it. */
  outcome: "noticed" | "refused" | "unnoticed";
  /** The scenario that failed. */
  scenario: string;
  /** The sentence of the design that is broken. */
  sentence: string;
  /** The first difference, or why it is refused. */
  difference: string;
}

/** The file that marks a directory as a result of the lab. */
export const LAB_FIGURES = "lab.json";

export interface LabEvidence {
  readonly date: string;
  readonly command: string;
  readonly environment: string;
  readonly hosts: number;
  readonly buildSeconds: { readonly namespaces: number; readonly programs: number };
  readonly results: readonly ScenarioResult[];
  /** Absent when they were not run. */
  readonly controls?: readonly Control[];
  readonly foreignCpuPercent: number;
  readonly machine: {
    readonly cores: number;
    readonly cpu: string;
    readonly kernel: string;
    readonly versions: Readonly<Record<string, string>>;
  };
}
