import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";

import { Command, InvalidArgumentError } from "commander";
import { execa } from "execa";

import { CONFUSION_HEAD, confusionCells, type ConfusionRow, summary } from "../review/confusion";
import { judgeCorpus } from "../review/examples/corpus";
import { table } from "../table";
import { readSteps } from "./local-cloud-steps";
import { type LeftOut, measureInTurns, type Measurement, type Subject } from "./measure";
import { writePlanOfBytes, writePlanOfChanges } from "./plans";

const root = process.cwd();
const memoryHook = resolve(root, "tools/bench/report-memory.cjs");
const GROWTH = [1, 10, 50];

const options = new Command("bench")
  .description(
    "Times synthesis, the plan review and `npm start`, as whole processes and as ratios, and judges the corpus of plans. Prints tables, writes JSON.",
  )
  .option("--runs <count>", "measured runs of each command", wholeNumber, 7)
  .option("--json <file>", "where the figures go", "docs/benchmark.json")
  .option("--no-start", "leave out the steps of `npm start`, which take minutes")
  .parse()
  .opts<{ runs: number; json: string; start: boolean }>();

const scratch = await mkdtemp(join(tmpdir(), "dev-one-bench-"));
try {
  const env = { CDKTF_OUTDIR: join(scratch, "out") };
  const synthesis = await measureInTurns(synthesisSubjects(env), options.runs, memoryHook);
  const growth = await measureInTurns(growthSubjects(env), Math.min(options.runs, 3), memoryHook);
  const review = await measureInTurns(reviewSubjects(scratch), options.runs, memoryHook);
  const corpus = judgeCorpus(root);
  const startFile = join(scratch, "start.json");
  if (options.start) {
    await execa("npm", ["start", "--silent", "--", "--json", startFile], { stdio: ["ignore", "inherit", "inherit"] });
  }
  const steps = options.start ? await readSteps(startFile) : [];
  const machine = {
    node: process.version,
    cpus: cpus().length,
    cpu: cpus()[0]?.model,
    memoryGib: totalmem() / 2 ** 30,
  };
  await writeFile(
    options.json,
    `${JSON.stringify({ machine, runs: options.runs, synthesis, growth, review, corpus, steps }, null, 2)}\n`,
  );
  printSynthesis(synthesis);
  printGrowth(growth);
  printReview(review);
  printCorpus(corpus);
  if (steps.length > 0) printSteps(steps);
  console.log(`Figures: ${options.json}`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

function synthesisSubjects(env: Record<string, string>): Subject[] {
  const nodenext = JSON.stringify({ module: "nodenext", moduleResolution: "nodenext", incremental: false });
  return [
    { name: "floor: load cdktf, do nothing", command: ["node", "-e", "require('cdktf')"] },
    { name: "npm run synth", command: ["node", "tools/run.mjs", "main.ts"], env },
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
    command: ["node", "tools/run.mjs", "tools/bench/growth.app.ts", count.toString()],
    env,
  }));
}

function reviewSubjects(directory: string): Subject[] {
  const changes = join(directory, "300-changes.json");
  const bytes = join(directory, "20-mb.json");
  writePlanOfChanges(changes, 300);
  writePlanOfBytes(bytes, 20_000_000);
  // What it finds in them is to be approved, or forbidden: codes 2 and 3.
  return [
    {
      name: "a plan of 300 changes",
      command: ["node", "tools/run.mjs", "tools/review/main.ts", changes],
      exitCodes: [2, 3],
    },
    { name: "a plan of 20 MB", command: ["node", "tools/run.mjs", "tools/review/main.ts", bytes], exitCodes: [2, 3] },
  ];
}

function printSynthesis(results: readonly (Measurement | LeftOut)[]): void {
  const floor = results.find(isMeasured);
  const rows = results.map((result) =>
    isMeasured(result)
      ? [result.name, seconds(result), ratio(result, floor), result.peakMib.toFixed(0)]
      : leftOut(result),
  );
  console.log(table(["all stacks, whole process", "median s", "times the floor", "peak MiB"], rows));
}

/** Linear growth shows as a constant time for each further environment. */
function printGrowth(results: readonly (Measurement | LeftOut)[]): void {
  const first = results.find(isMeasured);
  const rows = results.map((result) => {
    if (!isMeasured(result)) return leftOut(result);
    const further = Number(result.name) - Number(first?.name);
    const each = further > 0 && first ? ((result.medianSeconds - first.medianSeconds) / further).toFixed(3) : "";
    return [result.name, seconds(result), each, result.peakMib.toFixed(0)];
  });
  console.log(table(["environments", "median s", "s for each further one", "peak MiB"], rows));
}

function printReview(results: readonly (Measurement | LeftOut)[]): void {
  const rows = results.map((result) =>
    isMeasured(result) ? [result.name, seconds(result), result.peakMib.toFixed(0)] : leftOut(result),
  );
  console.log(table(["npm run review", "median s", "peak MiB"], rows));
}

/** How many of the plans whose verdict is known the review judges rightly. */
function printCorpus(rows: readonly ConfusionRow[]): void {
  console.log(table(CONFUSION_HEAD, confusionCells(rows)));
  console.log(summary(rows));
}

function printSteps(steps: readonly { name: string; seconds: number }[]): void {
  console.log(
    table(
      ["step of npm start", "s"],
      steps.map((step) => [step.name, step.seconds.toFixed(1)]),
    ),
  );
}

function leftOut({ name, reason }: LeftOut) {
  return [name, { colSpan: 3, content: `left out: ${reason}` }];
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
