import { App } from "cdktf";

import type { Environment } from "../../src/config";
import { buildStacks } from "../../src/stacks";

// CDKTF keeps a stack trace for every token, with no switch, and needs a third of the time for it.
jest.mock("cdktf/lib/tokens/private/stack-trace", () => ({ captureStackTrace: () => [] }));

/** A day on which nothing that the project uses is about to end. */
const QUIET_DAY = new Date("2026-06-01");

/** Writes the stacks of environments, as one app, the way that main.ts does. */
export function writeStacks(environments: readonly Environment[], outdir: string): void {
  const app = new App({ outdir });
  for (const environment of environments) buildStacks(app, environment, QUIET_DAY);
  app.synth();
}
