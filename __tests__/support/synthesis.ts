import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Environment, stackNames } from "../../src/config";
import { Stack } from "./stack";
import type { AdviceOn, WriteStacks } from "./test-run/stacks.app";

declare global {
  // Both come from test-run/environment.mjs.
  var writeStacks: WriteStacks;
  var adviceOn: AdviceOn;
}

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

/**
 * Synthesizes an environment, once: the same configuration gives the same stacks again. Test files share them through a
 * directory of the test run, because loading CDKTF and its bindings takes longer than the synthesis.
 */
export function synthesize(environment: Environment): SynthesizedEnvironment {
  const key = createHash("sha256").update(JSON.stringify(environment)).digest("hex");
  const known = synthesized.get(key) ?? read(environment, shared(key, environment));
  synthesized.set(key, known);
  return known;
}

/** Synthesizes environments as one app, the way that main.ts does, on a day such as `2027-03-01`. */
export function synthesizeTogether(environments: readonly Environment[], day?: string): SynthesizedEnvironment[] {
  const outdir = write(environments, tmpdir(), day);
  try {
    return environments.map((environment) => read(environment, outdir));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** What main.ts prints on standard error about an environment on a day. */
export function printedAdvice(environment: Environment, day: string, env?: NodeJS.ProcessEnv): string[] {
  const outdir = mkdtempSync(join(tmpdir(), "dev-one-advice-"));
  try {
    return adviceOn(day, environment, outdir, env);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The directory that holds what was synthesized from a configuration, by whichever test file came first. */
function shared(key: string, environment: Environment): string {
  const run = process.env.DEV_ONE_TEST_RUN;
  if (run === undefined) throw new Error("__tests__/support/test-run has made no directory for this test run");
  const directory = join(run, key);
  if (existsSync(directory)) return directory;
  const fresh = write([environment], run);
  try {
    renameSync(fresh, directory);
  } catch {
    rmSync(fresh, { recursive: true }); // another test file was faster, with the same
  }
  return directory;
}

function write(environments: readonly Environment[], parent: string, day?: string): string {
  const outdir = mkdtempSync(join(parent, "dev-one-synthesis-"));
  writeStacks(environments, outdir, day);
  return outdir;
}

function read(environment: Environment, outdir: string): SynthesizedEnvironment {
  const names = stackNames(environment);
  const stack = (name: string) => new Stack(name, readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8"));
  const [state, platform, monitoring] = [stack(names.state), stack(names.platform), stack(names.monitoring)];
  return { environment, state, platform, monitoring, stacks: [state, platform, monitoring] };
}
