import { App } from "cdktf";

import type { Environment } from "../../../src/config";
import { buildStacks } from "../../../src/stacks";

export type WriteStacks = (environments: readonly Environment[], outdir: string) => void;

/** A day on which nothing that the project uses is about to end. */
const QUIET_DAY = new Date("2026-06-01");

/** Writes the stacks of environments, as one app, the way that main.ts does. */
export const writeStacks: WriteStacks = (environments, outdir) => {
  const app = new App({ outdir });
  for (const environment of environments) buildStacks(app, environment, QUIET_DAY);
  app.synth();
};
