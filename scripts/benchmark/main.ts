import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";

import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { interruptible } from "@dev-one/cli/interrupt";
import { replaceFile } from "@dev-one/cli/replace-file";
import { table } from "@dev-one/cli/table";
import { runMain, UserError } from "@dev-one/cli/user-error";
import { InvalidArgumentError } from "commander";
import { execa } from "execa";
import * as z from "zod";

import { type LeftOut, measureInTurns, type Measurement, type Subject } from "./measure";
import { writePlanOfBytes, writePlanOfChanges } from "./plans";
import { verdictOf } from "./target";

const FLOOR = "floor: load cdktf, do nothing";
const SYNTHESIS = "npm run synth";

const report = z.object({ steps: z.array(z.object({ name: z.string(), seconds: z.number() })) });

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
    .option("--no-start", "leave out the steps of `npm start`, which take minutes");
  if (!readArguments(command, process.argv.slice(2))) return;
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-bench-"));
  try {
    await interruptible((signal) => bench(command.opts<Options>(), scratch, signal));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function bench({ runs, json, start }: Options, scratch: string, signal: AbortSignal): Promise<void> {
  const env = { CDKTF_OUTDIR: join(scratch, "out") };
  const synthesis = await measureInTurns(synthesisSubjects(env), runs, signal);
  const growth = await measureInTurns(growthSubjects(env), Math.min(runs, 3), signal);
  const review = await measureInTurns(reviewSubjects(scratch), runs, signal);
  const steps = start ? await stepsOfStart(join(scratch, "start.json")) : [];
  signal.throwIfAborted();
  const machine = {
    node: process.version,
    cpus: cpus().length,
    cpu: cpus()[0]?.model,
    memoryGib: totalmem() / 2 ** 30,
  };
  const figures = { measured: new Date().toISOString().slice(0, 10), machine, runs, synthesis, growth, review, steps };
  try {
    replaceFile(json, `${JSON.stringify(figures, null, 2)}\n`);
  } catch (error) {
    throw new UserError(`${json} cannot be written (${(error as Error).message}): name another file with --json.`);
  }
  const floor = synthesis.find(({ name }) => name === FLOOR);
  print("all stacks, whole process", synthesis, "times the floor, target", (each) =>
    verdictOf(each, floor, each.name === SYNTHESIS),
  );
  // With linear growth, the time of each environment is constant.
  print("environments", growth, "s each", ({ name, medianSeconds }) => (medianSeconds / Number(name)).toFixed(3));
  print("npm run review", review);
  if (steps.length > 0) {
    console.log(
      table(
        ["step of npm start", "s"],
        steps.map((step) => [step.name, step.seconds.toFixed(1)]),
      ),
    );
  }
  console.log(`Figures: ${json}`);
}

/** Runs `npm start`, which receives the terminal's Ctrl-C itself and then stops its own processes. */
async function stepsOfStart(file: string) {
  await execa("npm", ["start", "--silent", "--", "--json", file], { stdio: ["ignore", "inherit", "inherit"] });
  return report.parse(JSON.parse(readFileSync(file, "utf8"))).steps;
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
  return ["1", "10", "50"].map((count) => ({
    name: count,
    command: ["node", "scripts/run.mjs", "scripts/benchmark/growth.app.ts", count],
    env,
  }));
}

function reviewSubjects(directory: string): Subject[] {
  const [changes, bytes] = [join(directory, "300-changes.json"), join(directory, "20-mb.json")];
  writePlanOfChanges(changes, 300);
  writePlanOfBytes(bytes, 20_000_000);
  return [["a plan of 300 changes", changes] as const, ["a plan of 20 MB", bytes] as const].map(([name, file]) => ({
    name,
    command: ["node", "scripts/run.mjs", "packages/plan-review/src/main.ts", file],
    // The plans need an approval, or contain forbidden changes.
    exitCodes: [2, 3],
  }));
}

/** Prints a table of measurements, with one more column if it has a name. */
function print(
  what: string,
  results: readonly (Measurement | LeftOut)[],
  column?: string,
  cell: (measured: Measurement) => string = () => "",
): void {
  const more = column === undefined ? [] : [column];
  const rows = results.map((result) =>
    "reason" in result
      ? [result.name, { colSpan: 2 + more.length, content: `left out: ${result.reason}` }]
      : [result.name, result.medianSeconds.toFixed(2), ...more.map(() => cell(result)), result.peakMib.toFixed(0)],
  );
  console.log(table([what, "median s", ...more, "peak MiB"], rows));
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100)
    throw new InvalidArgumentError("Write a whole number from 1 to 100.");
  return value;
}

await runMain(main);
