import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Command, CommanderError } from "commander";
import { execa } from "execa";

import { environments } from "../../src/config";
import { readJsonFile } from "../json";
import { projectRoot } from "../project-root";
import { runMain, UserError } from "../user-error";
import { comment } from "./comment";
import { driftOf, reportDrift } from "./drift";
import { GitHub } from "./github";
import { readManifest } from "./manifest";
import { ensurePlanned } from "./planned";
import { applyStack, planStack, readPlan, reviewPlans } from "./plans";
import { reviewedRun } from "./reviewed-run";
import { changedStacks, deliveredStacks } from "./stacks";

const root = projectRoot();

async function main(): Promise<void> {
  const command = new Command("npm run ci --")
    .description("The steps of the workflows in .github/workflows.")
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.command("all-stacks").action(() => {
    output("stacks", JSON.stringify(deliveredStacks(environments)));
  });
  command
    .command("changed-stacks")
    .requiredOption("--base <commit>")
    .action(async ({ base }: { base: string }) => {
      output("stacks", JSON.stringify(changedStacks(await changedFiles(base), environments)));
    });
  command
    .command("plan")
    .requiredOption("--stack <name>")
    .requiredOption("--out <directory>")
    .action(async ({ stack, out }: { stack: string; out: string }) => {
      const { plan, hasChanges } = await planStack(root, stack, out);
      console.log(`${stack}: ${hasChanges ? "changes" : "no changes"}, plan ${plan.slice(0, 12)}.`);
    });
  command.command("ensure-planned").action(() => {
    // The list of stacks is empty when the job that makes it did not come to it.
    const [check, plan, stacks] = [needed("CHECK_RESULT"), needed("PLAN_RESULT"), process.env.STACKS ?? ""];
    console.log(`Plans: ${ensurePlanned({ check, plan, stacks })}.`);
  });
  command
    .command("review")
    .requiredOption("--plans <directory>")
    .action(async ({ plans }: { plans: string }) => {
      await reviewPlans(root, plans, planFiles(plans));
    });
  command
    .command("comment")
    .requiredOption("--file <file>")
    .action(async ({ file }: { file: string }) => {
      const done = await comment(github(), Number(needed("PULL_REQUEST")), readFileSync(file, "utf8"));
      console.log(`Comment ${done}.`);
    });
  command
    .command("verdict")
    .requiredOption("--plans <directory>")
    .action(({ plans }: { plans: string }) => {
      const { exitCode } = readJsonFile(join(plans, "verdict.json"));
      // 2 asks for a person, who approves the pull request.
      if (exitCode !== 0 && exitCode !== 2) throw new UserError("The review forbids this plan; the comment says why.");
    });
  command
    .command("reviewed-run")
    .requiredOption("--commit <commit>")
    .requiredOption("--before <commit>")
    .action(async ({ commit, before }: { commit: string; before: string }) => {
      const stacks = changedStacks(await changedFiles(before), environments);
      output("run", stacks.length === 0 ? "" : String(await reviewedRun(github(), commit)));
      for (const { name } of environments) {
        output(name, JSON.stringify(stacks.filter(({ environment }) => environment === name)));
      }
    });
  command
    .command("apply")
    .requiredOption("--stack <name>")
    .requiredOption("--plan <directory>")
    .action(async ({ stack, plan }: { stack: string; plan: string }) => {
      console.log(`${stack}: ${await applyStack(root, stack, plan)}.`);
    });
  command
    .command("drift")
    .requiredOption("--stack <name>")
    .requiredOption("--plan <directory>")
    .action(async ({ stack, plan }: { stack: string; plan: string }) => {
      const drift = readManifest(plan).hasChanges ? driftOf(readPlan(plan, stack)) : [];
      console.log(`${stack}: ${drift.length} differences, issue: ${await reportDrift(github(), stack, drift)}.`);
    });
  try {
    await command.parseAsync(process.argv.slice(2), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0)
      throw new UserError(`${error.message.replace(/^error: /, "")}; see \`npm run ci -- --help\`.`);
  }
}

async function changedFiles(base: string): Promise<string[]> {
  const { stdout, failed } = await execa("git", ["diff", "--name-only", "--no-renames", `${base}...HEAD`], {
    cwd: root,
    reject: false,
  });
  if (failed) throw new UserError(`The commit ${base} is not here; check out with the whole history (fetch-depth: 0).`);
  return stdout.split("\n").filter((line) => line !== "");
}

/** `plans/plan-staging/staging.json`, one for each artefact. */
function planFiles(plans: string): string[] {
  return readdirSync(plans, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(plans, name, `${readManifest(join(plans, name)).stack}.json`))
    .sort();
}

/** For later steps; on stdout where there are none. */
function output(name: string, value: string): void {
  const line = `${name}=${value}\n`;
  const file = process.env.GITHUB_OUTPUT;
  if (file === undefined) process.stdout.write(line);
  else appendFileSync(file, line);
}

function github(): GitHub {
  const url = process.env.GITHUB_API_URL;
  return new GitHub({
    ...(url === undefined ? {} : { url }),
    repository: needed("GITHUB_REPOSITORY"),
    token: needed("GITHUB_TOKEN"),
  });
}

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new UserError(`${name} is not set; the workflow sets it for this step.`);
  return value;
}

await runMain(main);
