import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { readJsonFile } from "@dev-one/cli/json";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain, UserError } from "@dev-one/cli/user-error";
import { readPlan } from "@dev-one/terraform-json/read-plan";
import { execa } from "execa";

import { environments } from "../../../src/environments";
import { applyStack } from "./apply/apply-stack";
import { reportOutcome } from "./apply/outcome";
import { ensureCovered, lastApplied } from "./apply/unapplied";
import { driftOf, reportDrift } from "./drift";
import { GitHub } from "./github";
import { readManifest } from "./plan/manifest";
import { keepPlan, planStack } from "./plan/plan-stack";
import { PlanStore } from "./plan/plan-store";
import { type ExpectedRun, prove } from "./plan/proof";
import { comment } from "./review/comment";
import { guardedFilesNotice } from "./review/guarded-files";
import { ensurePlanned } from "./review/planned";
import { mergeRelease, openPullRequest, planWaitingReleases, reasonForApproval } from "./review/release";
import { fetchPlans, reviewPlans } from "./review/review-plans";
import { reviewedRun } from "./review/reviewed-run";
import { changedStacks, deliveredStacks, parseStacks, stackNamed } from "./stacks";

const root = projectRoot();
const STACK = "--stack <name>";
const PLAN = "--plan <directory>";
const PLANS = "--plans <directory>";
const OUT = "--out <directory>";
const HEAD = "--head <commit>";

/** The values of the options; a step gets those that it requires. */
type Options = Readonly<
  Record<"base" | "commit" | "file" | "head" | "out" | "plan" | "plans" | "pullRequest" | "run" | "stack", string>
>;

async function main(): Promise<void> {
  const command = commandLine("npm run ci", "The steps of the workflows in .github/workflows.");
  const running: Promise<void>[] = [];
  const step = (name: string, options: readonly string[], run: (given: Options) => Promise<void> | void) => {
    const made = command.command(name).action((given: Options) => {
      running.push(Promise.resolve(run(given)));
    });
    for (const option of options) made.requiredOption(option);
    return made;
  };
  step("all-stacks", [], () => {
    output("stacks", JSON.stringify(deliveredStacks));
  });
  step("changed-stacks", ["--base <commit>"], async ({ base }) => {
    output("stacks", JSON.stringify(changedStacks(await changedFiles(base))));
  });
  step("plan", [STACK, OUT], async ({ stack, out }) => {
    const { plan, hasChanges } = await planStack(root, stack, out);
    console.log(`${stack}: ${hasChanges ? "changes" : "no changes"}, plan ${plan.slice(0, 12)}.`);
  });
  step("ensure-planned", [], () => {
    // The list of stacks is empty when the job that writes it was skipped or failed earlier.
    const [check, plan, stacks] = [needed("CHECK_RESULT"), needed("PLAN_RESULT"), process.env.STACKS ?? ""];
    console.log(`Plans: ${ensurePlanned(check, plan, stacks)}.`);
  });
  step("keep", [STACK, PLAN, OUT], async ({ stack, plan, out }) => {
    await keepPlan(new PlanStore(stackNamed(stack)), plan, out);
    await prove(out);
    console.log(`${stack}: kept, and the manifest signed.`);
  }).description("puts a plan into the state bucket, and its signed manifest into a directory");
  step("review", [PLANS], async ({ plans }) => {
    const expected = expectedRun({ run: needed("GITHUB_RUN_ID"), pullRequest: needed("PULL_REQUEST") });
    const storeOf = (stack: { bucket: string; region: string; planRole: string }) =>
      new PlanStore({ ...stack, as: stack.planRole });
    const files = await fetchPlans({ stacks: parseStacks(needed("STACKS")), plans, expected, storeOf });
    const notice = guardedFilesNotice(await github().filesOf(expected.pullRequest));
    await reviewPlans(root, plans, files, notice);
  });
  step("comment", ["--file <file>"], async ({ file }) => {
    const done = await comment(github(), count(needed("PULL_REQUEST")), readFileSync(file, "utf8"));
    console.log(`Comment ${done}.`);
  });
  step("verdict", [PLANS], ({ plans }) => {
    const { exitCode } = readJsonFile(join(plans, "verdict.json"));
    // Exit code 2 means that a person must approve the pull request.
    if (exitCode !== 0 && exitCode !== 2) throw new UserError("The review forbids this plan; the comment says why.");
  });
  step("reviewed-run", ["--commit <commit>"], async ({ commit }) => {
    const since = await lastApplied(github(), root, commit);
    const due = await Promise.all(
      [...since].map(async ([name, applied]) => {
        const changed = applied === undefined ? deliveredStacks : changedStacks(await changedFiles(applied));
        return changed.filter(({ environment }) => environment === name);
      }),
    );
    const stacks = due.flat();
    if (stacks.length > 0) {
      const { run, pullRequest, head, planned } = await reviewedRun(github(), commit);
      ensureCovered(stacks, planned, since);
      output("run", String(run));
      output("pull-request", String(pullRequest));
      output("head", head);
    }
    for (const { name } of environments) {
      output(name, JSON.stringify(stacks.filter(({ environment }) => environment === name)));
    }
  });
  const ofRun = ["--run <id>", "--pull-request <number>"];
  step("open-pull-request", ["--run <id>"], async ({ run }) => {
    const found = await openPullRequest(github(), count(run));
    if (found === undefined) {
      console.log(`Run ${run} is not the newest one of an open pull request from a branch of this repository.`);
      return;
    }
    output("pull-request", String(found.number));
    output("head", found.head.sha);
  });
  step("release", [PLANS, ...ofRun, HEAD], async ({ plans, head, ...from }) => {
    const reason = await reasonForApproval({ github: github(), expected: expectedRun(from), head, artefacts: plans });
    console.log(reason === undefined ? "Only a release, with nothing to approve." : `Needs a person: ${reason}.`);
    output("release", String(reason === undefined));
  });
  const mergers = () => ({ github: github(), app: github(needed("APP_TOKEN")) });
  step("merge", [...ofRun, HEAD], async ({ run, pullRequest, head }) => {
    const done = await mergeRelease(mergers(), count(pullRequest), head, count(run));
    console.log(`Pull request ${pullRequest}: ${done}.`);
  });
  step("plan-waiting-releases", [], async () => {
    console.log((await planWaitingReleases(mergers())).join("\n") || "No release waits.");
  });
  step("apply", [STACK, PLAN, ...ofRun], async ({ stack, plan, ...from }) => {
    const done = await applyStack({
      root,
      stack,
      directory: plan,
      expected: expectedRun(from),
      store: new PlanStore(stackNamed(stack)),
      github: github(),
    });
    console.log(`${stack}: ${done}.`);
  });
  step("report-outcome", [], async () => {
    const jobs = JSON.parse(needed("JOBS")) as Record<string, { result: string }>;
    const results = Object.fromEntries(Object.entries(jobs).map(([job, { result }]) => [job, result]));
    const run = `${needed("GITHUB_SERVER_URL")}/${needed("GITHUB_REPOSITORY")}/actions/runs/${needed("GITHUB_RUN_ID")}`;
    console.log(`Issue: ${await reportOutcome(github(), needed("GITHUB_SHA"), run, results)}.`);
  });
  step("drift", [STACK, PLAN], async ({ stack, plan }) => {
    if (readManifest(plan).stack !== stack) throw new UserError(`${plan} holds no plan of ${stack}.`);
    // Drift is read also when the plan has no changes, because Terraform does not correct every change that was made outside it.
    const drift = driftOf(readPlan(join(plan, `${stack}.json`)).plan);
    console.log(`${stack}: ${drift.length} differences, issue: ${await reportDrift(github(), stack, drift)}.`);
  });
  if (readArguments(command, process.argv.slice(2))) await Promise.all(running);
}

async function changedFiles(base: string): Promise<string[]> {
  const { stdout, failed } = await execa("git", ["diff", "--name-only", "--no-renames", `${base}...HEAD`], {
    cwd: root,
    reject: false,
  });
  if (failed) throw new UserError(`The commit ${base} is not here; check out with the whole history (fetch-depth: 0).`);
  return stdout.split("\n").filter((line) => line !== "");
}

function expectedRun({ run, pullRequest }: { run: string; pullRequest: string }): ExpectedRun {
  return { repository: needed("GITHUB_REPOSITORY"), run: count(run), pullRequest: count(pullRequest) };
}

function count(text: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text))
    throw new UserError(`${JSON.stringify(text)} is no number of a run or pull request.`);
  return Number(text);
}

/** Sets an output for later steps; prints to stdout outside GitHub Actions. */
function output(name: string, value: string): void {
  const line = `${name}=${value}\n`;
  const file = process.env.GITHUB_OUTPUT;
  if (file === undefined) process.stdout.write(line);
  else appendFileSync(file, line);
}

function github(token = needed("GITHUB_TOKEN")): GitHub {
  return new GitHub(needed("GITHUB_REPOSITORY"), token, process.env.GITHUB_API_URL);
}

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new UserError(`${name} is not set; the workflow sets it for this step.`);
  return value;
}

await runMain(main);
