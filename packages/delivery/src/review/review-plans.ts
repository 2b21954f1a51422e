import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { writeJsonFile } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

import { readManifest } from "../plan/manifest";
import type { PlanStore } from "../plan/plan-store";
import { type ExpectedRun, verifyProof } from "../plan/proof";
import type { DeliveredStack } from "../stacks";

export interface FetchOptions {
  readonly stacks: readonly DeliveredStack[];
  /** Holds a directory `plan-<stack>` for each artefact. */
  readonly plans: string;
  readonly expected: ExpectedRun;
  readonly storeOf: (stack: DeliveredStack) => PlanStore;
  /** As in `verifyProof`. */
  readonly keys?: string;
}

/**
 * Fetches the JSON of every plan of this run beside its manifest.
 * @returns the files
 * @throws UserError when a stack has no plan, or its plan was not made by this run
 */
export async function fetchPlans({ stacks, plans, expected, storeOf, keys }: FetchOptions): Promise<string[]> {
  const files: string[] = [];
  for (const stack of stacks) {
    const directory = join(plans, `plan-${stack.name}`);
    const manifest = readManifest(directory);
    if (manifest.stack !== stack.name) throw new UserError(`${directory} holds a plan of ${manifest.stack}.`);
    await verifyProof(directory, expected, keys);
    const file = join(directory, `${stack.name}.json`);
    writeFileSync(file, await storeOf(stack).get(stack.name, "json", manifest.json), { mode: 0o600 });
    files.push(file);
  }
  return files;
}

/**
 * Reviews all plans in one text. Writes `review.md` and the verdict into the directory.
 * @param notice text above the review
 * @returns the exit code of `npm run review`
 */
export async function reviewPlans(root: string, out: string, files: readonly string[], notice = ""): Promise<number> {
  mkdirSync(out, { recursive: true });
  const { exitCode, text } = files.length === 0 ? NOTHING : await review(root, out, files);
  writeFileSync(join(out, "review.md"), `${[notice, text].filter((part) => part !== "").join("\n\n")}\n`);
  writeJsonFile(join(out, "verdict.json"), { exitCode });
  return exitCode;
}

const NOTHING = { exitCode: 0, text: "No environment is touched: nothing was planned." } as const;

async function review(root: string, out: string, files: readonly string[]) {
  const args = ["run", "--silent", "review", "--", ...files.map((file) => resolve(file))];
  const options = { cwd: root, reject: false, stdin: "ignore" } as const;
  const review = await execa("npm", [...args, "--json", resolve(out, "review.json")], options);
  const { exitCode = 1, stdout, stderr } = review;
  if (stdout.trim() === "") throw new UserError(`The review said nothing: ${stderr.trim()}`);
  return { exitCode, text: `${stdout.trimEnd()}\n\n${hashes(files)}` };
}

/** Lists the hashes for information; the apply trusts the signed manifest only. */
function hashes(files: readonly string[]): string {
  const lines = files.map((file) => {
    const { stack, plan, commit } = readManifest(resolve(file, ".."));
    return `| ${stack} | \`${plan}\` | ${commit.slice(0, 12)} |`;
  });
  return ["| stack | SHA-256 of the plan | commit |", "| --- | --- | --- |", ...lines].join("\n");
}
