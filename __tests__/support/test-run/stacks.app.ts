import { App } from "cdktf";

import type { Environment } from "../../../src/config";
import { buildStacks, reportAdvice } from "../../../src/stacks";

export type WriteStacks = (environments: readonly Environment[], outdir: string, day?: string) => void;
export type AdviceOn = (day: string, environment: Environment, outdir: string, env?: NodeJS.ProcessEnv) => string[];

/** A day on which nothing that the project uses is about to end. */
const QUIET_DAY = "2026-04-04";

/** Writes the stacks of environments, as one app, the way that main.ts does. */
export const writeStacks: WriteStacks = (environments, outdir, day = QUIET_DAY) => {
  const app = new App({ outdir });
  for (const environment of environments) buildStacks(app, environment, new Date(day));
  app.synth();
};

/** What main.ts prints on standard error after building the stacks on a day. */
export const adviceOn: AdviceOn = (day, environment, outdir, env = {}) => {
  const app = new App({ outdir });
  buildStacks(app, environment, new Date(day));
  const { error } = console;
  const lines: string[] = [];
  console.error = (line: unknown) => void lines.push(String(line));
  try {
    reportAdvice(app, env);
  } finally {
    console.error = error;
  }
  return lines;
};
