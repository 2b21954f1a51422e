import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";

import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { interruptible } from "@dev-one/cli/interrupt";
import { replaceFile } from "@dev-one/cli/replace-file";
import { table } from "@dev-one/cli/table";
import { runMain } from "@dev-one/cli/user-error";
import { InvalidArgumentError } from "commander";
import { execa } from "execa";

import { measureInTurns, type Subject } from "./measure";
import { writePlanOfBytes, writePlanOfChanges } from "./plans";

const FLOOR = "floor: load cdktf, do nothing";
const SYNTHESIS = "npm run synth";
/** Target: the synthesis of all stacks, as a whole process, takes at most this multiple of the floor. */
const MOST_TIMES_THE_FLOOR = 3;

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
  const measured = await measureInTurns(subjects(scratch), runs, signal);
  const steps = start ? await stepsOfStart(join(scratch, "start.json")) : [];
  signal.throwIfAborted();
  const floor = measured.find(({ name }) => name === FLOOR)?.medianSeconds ?? NaN;
  const commands = measured.map((each) => ({ ...each, timesTheFloor: each.medianSeconds / floor }));
  const machine = {
    node: process.version,
    cpus: cpus().length,
    cpu: cpus()[0]?.model,
    memoryGib: totalmem() / 2 ** 30,
  };
  const figures = { measured: new Date().toISOString().slice(0, 10), machine, runs, commands, steps };
  replaceFile(json, `${JSON.stringify(figures, null, 2)}\n`);
  const rows = commands.map(({ name, medianSeconds, timesTheFloor }) => {
    const verdict = `${timesTheFloor <= MOST_TIMES_THE_FLOOR ? "met" : "missed"}: at most ${MOST_TIMES_THE_FLOOR}`;
    return [name, medianSeconds.toFixed(2), timesTheFloor.toFixed(2), name === SYNTHESIS ? verdict : ""];
  });
  console.log(table(["whole process", "median s", "times the floor", "target"], rows));
  const stepRows = steps.map(({ name, seconds }) => [name, seconds.toFixed(1)]);
  if (steps.length > 0) console.log(table(["step of npm start", "s"], stepRows));
  console.log(`Figures: ${json}`);
}

/** Runs `npm start`, which receives the terminal's Ctrl-C itself and then stops its own processes. */
async function stepsOfStart(file: string) {
  await execa("npm", ["start", "--silent", "--", "--json", file], { stdio: ["ignore", "inherit", "inherit"] });
  return (JSON.parse(readFileSync(file, "utf8")) as { steps: { name: string; seconds: number }[] }).steps;
}

function subjects(scratch: string): Subject[] {
  const env = { CDKTF_OUTDIR: join(scratch, "out") };
  const run = (...command: string[]) => ["node", "scripts/run.mjs", ...command] as const;
  const nodenext = JSON.stringify({ module: "nodenext", moduleResolution: "nodenext", incremental: false });
  const typed = { ...env, TS_NODE_COMPILER_OPTIONS: nodenext };
  const [changes, bytes] = [join(scratch, "300-changes.json"), join(scratch, "20-mb.json")];
  writePlanOfChanges(changes, 300);
  writePlanOfBytes(bytes, 20_000_000);
  const review = (plan: string) => run("packages/plan-review/src/main.ts", plan);
  // The plans need an approval, or contain forbidden changes.
  const exitCodes = [2, 3];
  return [
    { name: FLOOR, command: ["node", "-e", "require('cdktf')"] },
    { name: SYNTHESIS, command: run("main.ts"), env },
    { name: "ts-node with type checks", command: ["node", "node_modules/ts-node/dist/bin.js", "main.ts"], env: typed },
    ...["1", "10", "50"].map((count) => {
      return { name: `${count} environments`, command: run("scripts/benchmark/growth.app.ts", count), env };
    }),
    { name: "review of 300 changes", command: review(changes), exitCodes },
    { name: "review of a plan of 20 MB", command: review(bytes), exitCodes },
  ];
}

function wholeNumber(text: string): number {
  if (/^([1-9]\d?|100)$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Write a whole number from 1 to 100.");
}

await runMain(main);
