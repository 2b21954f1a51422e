import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { interruptible } from "@dev-one/cli/interrupt";
import { type JsonObject, objectAt, readJsonFile } from "@dev-one/cli/json";
import { projectRoot } from "@dev-one/cli/project-root";
import { InterruptedError, UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

import { fromSynthesis } from "./resources";
import { strings } from "./values";

export interface SynthesizedStack {
  /** Such as `staging-state`. */
  readonly name: string;
  readonly json: JsonObject;
  readonly resources: number;
}

/**
 * Synthesizes every environment into a directory, with the command that users run, in a child process.
 *
 * @throws UserError with the message about an invalid configuration
 */
export async function synthesize(root: string, outdir: string, signal?: AbortSignal): Promise<SynthesizedStack[]> {
  const { failed, stderr, isCanceled } = await execa(process.execPath, [join("scripts", "run.mjs"), "main.ts"], {
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

/**
 * The stacks of an existing synthesis, or otherwise of a new one in a temporary directory.
 *
 * @param from its directory, relative to the project. @default a new synthesis, which Ctrl-C stops
 * @throws UserError as `readStacks` and `synthesize` do
 */
export async function stacksFrom(root: string, from?: string): Promise<SynthesizedStack[]> {
  if (from !== undefined) return readStacks(resolve(root, from));
  const outdir = mkdtempSync(join(tmpdir(), "dev-one-synthesis-"));
  try {
    return await interruptible((signal) => synthesize(root, outdir, signal));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/**
 * The stacks that the manifest of a synthesis lists. Directories that remain from an older synthesis are ignored.
 *
 * @throws UserError when the directory contains no synthesis, an incomplete or outdated one, or files of another tool
 */
export function readStacks(outdir: string): SynthesizedStack[] {
  const manifest = join(outdir, "manifest.json");
  if (!existsSync(manifest)) {
    throw new UserError(`${outdir} holds no synthesized stacks: name the directory that \`npm run synth\` wrote.`);
  }
  const names = Object.keys(objectAt(readJsonFile(manifest), "stacks") ?? {}).sort();
  if (names.length === 0) throw new UserError(`${manifest} lists no stack: run \`npm run synth\` again.`);
  const cdktfVersion = pinnedCdktfVersion(projectRoot());
  return names.map((name) => {
    const file = join(outdir, "stacks", name, "cdk.tf.json");
    const refused = (reason: string) => new UserError(`${file} ${reason}: run \`npm run synth\` again.`);
    if (!existsSync(file)) throw refused("is missing, and the manifest lists it");
    const json = readJsonFile(file);
    const { stackName, version } = objectAt(json, "//", "metadata") ?? {};
    if (stackName !== name || typeof version !== "string") {
      throw refused(`is not what CDKTF writes for stack ${name}`);
    }
    // The output of another version may be outdated.
    if (version !== cdktfVersion) {
      throw refused(`was written by CDKTF ${JSON.stringify(version)}, and the project uses ${cdktfVersion}`);
    }
    return { name, json, resources: fromSynthesis(name, json).resources.length };
  });
}

/** The version of CDKTF that package.json pins. */
export function pinnedCdktfVersion(root: string): string {
  return strings(objectAt(readJsonFile(join(root, "package.json")), "dependencies")?.cdktf)[0] ?? "";
}

/** @throws UserError when there is no such stack */
export function stackNamed(stacks: readonly SynthesizedStack[], name: string): SynthesizedStack {
  const stack = stacks.find((each) => each.name === name);
  if (stack === undefined) throw new UserError(`There is no stack ${name}; main.ts must build it.`);
  return stack;
}
