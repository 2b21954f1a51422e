import { readdirSync } from "node:fs";
import { join } from "node:path";

import { readJsonFile } from "@dev-one/cli/json";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { evaluate, type Finding } from "./evaluate";
import { rules } from "./rules";
import { suppressions } from "./suppressions";

/** Sorts before every end date, so that no deployment fails because a suppression has expired; `npm run policy` in CI reports that. */
const BEFORE_EVERY_END = "";

/** Checks the stacks that were just synthesized. Prints findings to stderr, one per line, and sets the exit code to 1. */
export function reportFindings(outdir: string): void {
  const directory = join(outdir, "stacks");
  const stacks = readdirSync(directory)
    .sort()
    .map((name) => fromSynthesis(name, readJsonFile(join(directory, name, "cdk.tf.json"))));
  const { findings } = evaluate(stacks, { rules, suppressions, today: BEFORE_EVERY_END });
  if (findings.length === 0) return;
  for (const finding of findings) console.error(inOneLine(finding));
  process.exitCode = 1;
}

/** Such as `staging/network/vpc/vpc: it has no flow log (vpc-flow-logs-enabled). Keep the flow log ...`. */
export function inOneLine(finding: Finding): string {
  return `${placeOf(finding)}: ${finding.problem} (${finding.rule}). ${finding.remedy}`;
}

/** Stack and construct path. */
export function placeOf({ stack, path }: Finding): string {
  return [stack, path].filter((part) => part !== "").join("/");
}
