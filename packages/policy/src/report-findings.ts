import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { type Finding, judge } from "./judge";
import { rules } from "./rules";
import { suppressions } from "./suppressions";

/** Before every end date: a deployment at night does not fail because a suppression ended the evening before; CI says so. */
const NO_DAY = "";

/** Judges what was just synthesized. Findings go to stderr, one a line, and make the program exit with 1. */
export function reportFindings(outdir: string): void {
  const directory = join(outdir, "stacks");
  const stacks = readdirSync(directory)
    .sort()
    .map((name) =>
      fromSynthesis(name, JSON.parse(readFileSync(join(directory, name, "cdk.tf.json"), "utf8")) as object),
    );
  const { findings } = judge(stacks, { rules, suppressions, today: NO_DAY });
  if (findings.length === 0) return;
  for (const finding of findings) console.error(inOneLine(finding));
  process.exitCode = 1;
}

/** Such as `staging/network/vpc/vpc: has no flow log (flow-logs-are-on). Keep the flow log ...`. */
export function inOneLine({ rule, stack, path, problem, remedy }: Finding): string {
  return `${[stack, path].filter((part) => part !== "").join("/")}: ${problem} (${rule}). ${remedy}`;
}
