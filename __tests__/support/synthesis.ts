import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { App } from "cdktf";

import { type Environment, stackNames } from "../../src/config";
import { buildStacks } from "../../src/stacks";
import { Stack } from "./stack";

// CDKTF keeps a stack trace for every token, with no switch, and needs a third of the time for it.
jest.mock("cdktf/lib/tokens/private/stack-trace", () => ({ captureStackTrace: () => [] }));

/** The stacks of one environment, as Terraform would read them. */
export interface SynthesizedEnvironment {
  readonly environment: Environment;
  readonly state: Stack;
  readonly platform: Stack;
  readonly monitoring: Stack;
  /** All of them, for what holds in every stack. */
  readonly stacks: readonly Stack[];
}

const synthesized = new Map<string, SynthesizedEnvironment>();

/** Synthesizes an environment, once: the same configuration gives the same stacks again. */
export function synthesize(environment: Environment): SynthesizedEnvironment {
  const key = JSON.stringify(environment);
  const known = synthesized.get(key);
  if (known !== undefined) return known;
  const fresh = synthesizeTogether([environment])[0];
  if (fresh === undefined) throw new Error(`${environment.name} was not synthesized`);
  synthesized.set(key, fresh);
  return fresh;
}

/** A day on which nothing that the project uses is about to end. */
const QUIET_DAY = new Date("2026-06-01");

/** Synthesizes environments as one app, the way that main.ts does. */
export function synthesizeTogether(environments: readonly Environment[]): SynthesizedEnvironment[] {
  const outdir = mkdtempSync(join(tmpdir(), "dev-one-synthesis-"));
  try {
    const app = new App({ outdir });
    for (const environment of environments) buildStacks(app, environment, QUIET_DAY);
    app.synth();
    const read = (name: string) => new Stack(name, readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8"));
    return environments.map((environment) => {
      const names = stackNames(environment);
      const stacks = new Map(Object.values(names).map((name: string) => [name, read(name)]));
      return {
        environment,
        state: of(stacks, names.state),
        platform: of(stacks, names.platform),
        monitoring: of(stacks, names.monitoring),
        stacks: [...stacks.values()],
      };
    });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function of(stacks: ReadonlyMap<string, Stack>, name: string): Stack {
  const found = stacks.get(name);
  if (found === undefined) throw new Error(`There is no stack ${name}`);
  return found;
}
