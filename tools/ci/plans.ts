import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { execa } from "execa";

import { type JsonObject, writeJsonFile } from "../json";
import { findTerraform, parsePlan, type Plan, Terraform } from "../terraform";
import { UserError } from "../user-error";
import { hashOf, type Manifest, MANIFEST_FILE, PLAN_FILE, readManifest, stateVersion, verify } from "./manifest";

/** Another plan or apply is waited for that long. */
const LOCK_TIMEOUT_SECONDS = 600;

/** Plans a stack into a directory: plan, its JSON, manifest. */
export async function planStack(root: string, stack: string, out: string): Promise<Manifest> {
  const { terraform, json } = await open(root, stack);
  mkdirSync(out, { recursive: true });
  const file = resolve(out, PLAN_FILE);
  const state = stateVersion(await terraform.statePull());
  const { hasChanges } = await terraform.plan({ out: file, lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS });
  const plan = await terraform.showPlan(file);
  writeJsonFile(join(out, `${stack}.json`), plan as unknown as JsonObject);
  const { stdout: commit } = await execa("git", ["rev-parse", "HEAD"], { cwd: root });
  const manifest: Manifest = { stack, commit, plan: hashOf(file), configuration: hashOf(json), ...state, hasChanges };
  writeJsonFile(join(out, MANIFEST_FILE), { ...manifest });
  return manifest;
}

/** Applies the plan in a directory if it is the reviewed one and still of what is there. @throws UserError otherwise */
export async function applyStack(
  root: string,
  stack: string,
  directory: string,
): Promise<"applied" | "nothing to apply"> {
  const { terraform, json, workplace } = await open(root, stack);
  const state = stateVersion(await terraform.statePull());
  const { hasChanges } = verify(directory, { stack, configuration: hashOf(json), state });
  if (!hasChanges) return "nothing to apply";
  const file = join(workplace, PLAN_FILE);
  copyFileSync(join(directory, PLAN_FILE), file);
  await terraform.applyPlan(file, { lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS });
  return "applied";
}

export function readPlan(directory: string, stack: string): Plan {
  return parsePlan(readFileSync(join(directory, `${stack}.json`), "utf8"));
}

/**
 * Has the plans reviewed, all in one text. Writes `review.md` and the verdict beside the plans.
 * @returns the exit code of `npm run review`
 */
export async function reviewPlans(root: string, plans: string, files: readonly string[]): Promise<number> {
  const args = [
    "run",
    "--silent",
    "review",
    "--",
    ...files.map((file) => resolve(file)),
    "--json",
    resolve(plans, "review.json"),
  ];
  const { exitCode = 1, stdout, stderr } = await execa("npm", args, { cwd: root, reject: false, stdin: "ignore" });
  if (stdout.trim() === "") throw new UserError(`The review said nothing: ${stderr.trim()}`);
  writeFileSync(join(plans, "review.md"), `${stdout.trimEnd()}\n\n${hashes(files)}\n`);
  writeJsonFile(join(plans, "verdict.json"), { exitCode });
  return exitCode;
}

/** What apply compares: the hash of each plan, and the commit that was planned. */
function hashes(files: readonly string[]): string {
  const lines = files.map((file) => {
    const { stack, plan, commit } = readManifest(dirname(file));
    return `| ${stack} | \`${plan}\` | ${commit.slice(0, 12)} |`;
  });
  return ["| stack | SHA-256 of the plan | commit |", "| --- | --- | --- |", ...lines].join("\n");
}

async function open(root: string, stack: string) {
  const workplace = join(root, "cdktf.out", "stacks", stack);
  const { executable } = await findTerraform({ root });
  const terraform = new Terraform({ executable, directory: workplace });
  await terraform.init();
  return { terraform, workplace, json: join(workplace, "cdk.tf.json") };
}
