import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";

import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { interruptible } from "@dev-one/cli/interrupt";
import { table } from "@dev-one/cli/table";
import { runMain, UserError } from "@dev-one/cli/user-error";
import { InvalidArgumentError } from "commander";
import { execa } from "execa";

import { refuseUnwritable, writeFigures } from "./figures-file";
import { earlierSteps, measuredSteps, readSteps, type Steps } from "./local-cloud-steps";
import { type LeftOut, measureInTurns, type Measurement, type Subject } from "./measure";
import { writePlanOfBytes, writePlanOfChanges } from "./plans";
import { type Target, targetOf, verdictOf } from "./target";

const root = process.cwd();
const memoryHook = resolve(root, "scripts/benchmark/report-memory.cjs");
const GROWTH = [1, 10, 50];
const FLOOR = "floor: load cdktf, do nothing";
const SYNTHESIS = "npm run synth";

interface Options {
  readonly runs: number;
  readonly json: string;
  readonly start: boolean;
}

async function main(): Promise<void> {
  const command = commandLine(
    "npm run bench",
    "Times synthesis, the plan review and `npm start`, as whole processes and as ratios. Prints tables, writes JSON.",
  )
    .option("--runs <count>", "measured runs of each command", wholeNumber, 7)
    .option("--json <file>", "where the figures go", "docs/benchmark.json")
    .option(
      "--no-start",
      "leave out the steps of `npm start`, which take minutes; earlier ones are kept with their day",
    );
  if (!readArguments(command, process.argv.slice(2))) return;
  const options = command.opts<Options>();
  refuseUnwritable(options.json);
  const known = earlierSteps(options.json);
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-bench-"));
  try {
    await interruptible(
      (signal) => bench(options, known, scratch, signal),
      () => {
        console.error("Stopping what is being measured.");
      },
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function bench(options: Options, known: Steps, scratch: string, signal: AbortSignal): Promise<void> {
  const { runs, json } = options;
  const env = { CDKTF_OUTDIR: join(scratch, "out") };
  const synthesis = await measureInTurns(synthesisSubjects(env), runs, memoryHook, signal);
  const growth = await measureInTurns(growthSubjects(env), Math.min(runs, 3), memoryHook, signal);
  const review = await measureInTurns(reviewSubjects(scratch), runs, memoryHook, signal);
  const today = new Date().toISOString().slice(0, 10);
  const { failure, ...steps } = options.start
    ? await measuredSteps(() => start(join(scratch, "start.json")), known, today)
    : { ...known, failure: undefined };
  signal.throwIfAborted();
  const machine = {
    node: process.version,
    cpus: cpus().length,
    cpu: cpus()[0]?.model,
    memoryGib: totalmem() / 2 ** 30,
  };
  const target = targetOf(resultOf(synthesis, FLOOR), resultOf(synthesis, SYNTHESIS));
  writeFigures(json, {
    measured: today,
    machine,
    runs,
    synthesis,
    target: target ?? null,
    growth,
    review,
    ...steps,
  });
  printSynthesis(synthesis, target);
  printGrowth(growth);
  printReview(review);
  if (steps.steps.length > 0) printSteps(steps);
  console.log(`Figures: ${json}`);
  if (failure !== undefined) {
    throw new UserError(`\`npm start\` failed, and all figures but its own are new: ${failure}`);
  }
}

/** Runs `npm start`, which receives the terminal's Ctrl-C itself and then stops its own processes. */
async function start(file: string): Promise<Steps["steps"]> {
  await execa("npm", ["start", "--silent", "--", "--json", file], { stdio: ["ignore", "inherit", "inherit"] });
  return readSteps(file);
}

function resultOf(results: readonly (Measurement | LeftOut)[], name: string): Measurement | LeftOut {
  return results.find((each) => each.name === name) ?? { name, reason: "not measured" };
}

function synthesisSubjects(env: Record<string, string>): Subject[] {
  const nodenext = JSON.stringify({ module: "nodenext", moduleResolution: "nodenext", incremental: false });
  return [
    { name: FLOOR, command: ["node", "-e", "require('cdktf')"] },
    { name: SYNTHESIS, command: ["node", "scripts/run.mjs", "main.ts"], env },
    {
      name: "ts-node with type checks",
      command: ["node", "node_modules/ts-node/dist/bin.js", "main.ts"],
      env: { ...env, TS_NODE_COMPILER_OPTIONS: nodenext },
    },
  ];
}

function growthSubjects(env: Record<string, string>): Subject[] {
  return GROWTH.map((count) => ({
    name: count.toString(),
    command: ["node", "scripts/run.mjs", "scripts/benchmark/growth.app.ts", count.toString()],
    env,
  }));
}

function reviewSubjects(directory: string): Subject[] {
  const changes = join(directory, "300-changes.json");
  const bytes = join(directory, "20-mb.json");
  writePlanOfChanges(changes, 300);
  writePlanOfBytes(bytes, 20_000_000);
  // Exit codes 2 and 3 are expected: the plans need an approval, or contain forbidden changes.
  return [
    {
      name: "a plan of 300 changes",
      command: ["node", "scripts/run.mjs", "packages/plan-review/src/main.ts", changes],
      exitCodes: [2, 3],
    },
    {
      name: "a plan of 20 MB",
      command: ["node", "scripts/run.mjs", "packages/plan-review/src/main.ts", bytes],
      exitCodes: [2, 3],
    },
  ];
}

function printSynthesis(results: readonly (Measurement | LeftOut)[], target: Target | undefined): void {
  const floor = results.filter(isMeasured).find(({ name }) => name === FLOOR);
  const rows = results.map((result) =>
    isMeasured(result)
      ? [
          result.name,
          seconds(result),
          ratio(result, floor),
          result.name === SYNTHESIS ? verdictOf(target) : "",
          result.peakMib.toFixed(0),
        ]
      : leftOut(result, 4),
  );
  console.log(table(["all stacks, whole process", "median s", "times the floor", "target", "peak MiB"], rows));
}

/** With linear growth, the time per additional environment is constant. */
function printGrowth(results: readonly (Measurement | LeftOut)[]): void {
  const first = results.find(isMeasured);
  const rows = results.map((result) => {
    if (!isMeasured(result)) return leftOut(result, 3);
    const further = Number(result.name) - Number(first?.name);
    const each = further > 0 && first ? ((result.medianSeconds - first.medianSeconds) / further).toFixed(3) : "";
    return [result.name, seconds(result), each, result.peakMib.toFixed(0)];
  });
  console.log(table(["environments", "median s", "s for each further one", "peak MiB"], rows));
}

function printReview(results: readonly (Measurement | LeftOut)[]): void {
  const rows = results.map((result) =>
    isMeasured(result) ? [result.name, seconds(result), result.peakMib.toFixed(0)] : leftOut(result, 2),
  );
  console.log(table(["npm run review", "median s", "peak MiB"], rows));
}

function printSteps({ steps, stepsMeasured }: Steps): void {
  const day = stepsMeasured === undefined ? "" : `, ${stepsMeasured}`;
  console.log(
    table(
      [`step of npm start${day}`, "s"],
      steps.map((step) => [step.name, step.seconds.toFixed(1)]),
    ),
  );
}

function leftOut({ name, reason }: LeftOut, colSpan: number) {
  return [name, { colSpan, content: `left out: ${reason}` }];
}

function isMeasured(result: Measurement | LeftOut): result is Measurement {
  return "medianSeconds" in result;
}

function seconds({ medianSeconds }: Measurement): string {
  return medianSeconds.toFixed(2);
}

function ratio(result: Measurement, floor: Measurement | undefined): string {
  return floor === undefined ? "" : (result.medianSeconds / floor.medianSeconds).toFixed(2);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100)
    throw new InvalidArgumentError("Write a whole number from 1 to 100.");
  return value;
}

await runMain(main);
