import { existsSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import { readPlans, UNFINISHED } from "@dev-one/terraform-json/read-plan";
import { fromPlan, fromSynthesis, type Stack } from "@dev-one/terraform-json/resources";
import { readStacks, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";
import { execa } from "execa";

/** The stacks in `cdktf.out`; synthesizes first when that is missing. */
export async function synthesizedStacks(root: string): Promise<Stack[]> {
  return (await readOrSynthesize(root)).map(({ name, json }) => fromSynthesis(name, json));
}

/**
 * Plans, each named after its stack: `staging.json` is one of `staging`.
 * @throws UserError when the plan review rejects a file
 */
export async function plannedStacks(root: string, files: readonly string[]): Promise<Stack[]> {
  const plans = readPlans(files);
  if (plans.some(({ plan }) => plan.errored === true)) throw new UserError(UNFINISHED);
  const synthesized = await readOrSynthesize(root);
  return plans.map(({ name, plan }) =>
    fromPlan(name, plan, { synthesized: synthesized.find((each) => each.name === name)?.json }),
  );
}

/** The JSON of every stack in `cdktf.out`; synthesizes first when that is missing. */
export async function readOrSynthesize(root: string): Promise<SynthesizedStack[]> {
  const outdir = join(root, "cdktf.out");
  if (!existsSync(join(outdir, "manifest.json"))) {
    // Findings make the synthesis exit with 1 after it has written every stack; the caller prints them as a table.
    const { stderr } = await execa(process.execPath, [join("scripts", "run.mjs"), "main.ts"], {
      cwd: root,
      reject: false,
      stdin: "ignore",
    });
    if (!existsSync(join(outdir, "manifest.json"))) throw new UserError(stderr.trim());
  }
  return readStacks(outdir);
}
