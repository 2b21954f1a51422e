import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";

import { isJsonObject, type JsonObject, objectAt, readJsonFile } from "./json";
import { InterruptedError, UserError } from "./user-error";

export interface SynthesizedStack {
  /** Such as `staging-state`. */
  readonly name: string;
  readonly json: JsonObject;
  readonly resources: number;
}

/**
 * Synthesizes every environment into a directory, with the very command that people use, in a process of its own.
 *
 * @throws UserError with the sentence of a refused configuration
 */
export async function synthesize(root: string, outdir: string, signal?: AbortSignal): Promise<SynthesizedStack[]> {
  const { failed, stderr, isCanceled } = await execa(process.execPath, [join("tools", "run.mjs"), "main.ts"], {
    cwd: root,
    env: { CDKTF_OUTDIR: outdir, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" },
    reject: false,
    stdin: "ignore",
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (isCanceled) throw new InterruptedError();
  if (failed) throw new UserError(stderr.trim() || "The synthesis failed; `npm run synth` says why.");
  return readStacks(outdir);
}

/** The stacks of a synthesis. */
export function readStacks(outdir: string): SynthesizedStack[] {
  const stacks = join(outdir, "stacks");
  if (!existsSync(stacks)) throw new UserError(`The synthesis wrote no stacks into ${outdir}.`);
  return readdirSync(stacks)
    .sort()
    .map((name) => {
      const json = readJsonFile(join(stacks, name, "cdk.tf.json"));
      return { name, json, resources: countResources(json) };
    });
}

/** @throws UserError when there is no such stack */
export function stackNamed(stacks: readonly SynthesizedStack[], name: string): SynthesizedStack {
  const stack = stacks.find((each) => each.name === name);
  if (stack === undefined) throw new UserError(`There is no stack ${name}; main.ts must build it.`);
  return stack;
}

function countResources(json: JsonObject): number {
  return Object.values(objectAt(json, "resource") ?? {}).reduce<number>(
    (sum, byName) => sum + (isJsonObject(byName) ? Object.keys(byName).length : 0),
    0,
  );
}
