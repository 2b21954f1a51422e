import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { type JsonObject, readJsonFile } from "../json";
import { InterruptedError, UserError } from "../user-error";

/**
 * Synthesizes every environment into a scratch directory and returns the JSON of one stack.
 *
 * @param root the project's directory
 * @throws UserError when the configuration is refused, or when there is no such stack
 */
export async function synthesizeStack(root: string, name: string, signal?: AbortSignal): Promise<JsonObject> {
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-synth-"));
  try {
    const { failed, stderr, isCanceled } = await execa(process.execPath, [join("tools", "run.mjs"), "main.ts"], {
      cwd: root,
      env: { CDKTF_OUTDIR: scratch, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" },
      reject: false,
      stdin: "ignore",
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    if (isCanceled) throw new InterruptedError();
    if (failed)
      throw new UserError(stderr.trim() === "" ? "The synthesis failed; run `npm run synth`." : stderr.trim());
    return readJsonFile(join(scratch, "stacks", name, "cdk.tf.json"));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
