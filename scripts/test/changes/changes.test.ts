import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { readStacks, stackNamed, synthesize, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";
import { execa } from "execa";

import { stackNames, staging } from "../../../src/environments";
import { scratchCopy } from "../support/scratch-copy";
import { type Change, changes, type Edit } from "./changes";
import { RELEASES } from "./releases";
import { type StackPlan, StagingCloud } from "./staging-cloud";

// Ordinary changes on a scratch copy of the project, and what follows from each.

jest.setTimeout(900_000);

/** A test file in Jest's report. */
interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
}

const VERDICTS = { 0: "nothing", 2: "approve", 3: "forbidden" } as const;

let copy: string;
let before: readonly SynthesizedStack[];
let deploying: Promise<StagingCloud>;

beforeAll(async () => {
  copy = scratchCopy();
  for (const [file, text] of Object.entries(RELEASES)) writeFileSync(join(copy, file), text);
  before = ofStaging(await synthesize(copy, join(copy, "before")));
  // While it is being deployed, the tests of the first change run.
  deploying = StagingCloud.deploy(before);
  deploying.catch(() => undefined);
});

afterAll(async () => {
  await (await deploying).stop();
  rmSync(copy, { recursive: true, force: true });
});

test.each(changes)("$name", async (change) => {
  const undo: (() => void)[] = [];
  try {
    for (const edit of change.edits) undo.push(apply(edit));
    expect(await outcomeOf(change)).toEqual({
      places: change.places ?? 1,
      refused: change.refused,
      red: change.red ?? [],
      documents: { exitCodes: [0, 0, 0, 0], unexpected: [], missing: [] },
      review: change.review,
      plan: change.plan ?? "",
    });
  } finally {
    for (const each of undo.reverse()) each();
  }
});

async function outcomeOf({ edits, refused = "no rule", onlyGolden = false, unknown = [] }: Change) {
  const outdir = join(copy, "cdktf.out");
  rmSync(outdir, { recursive: true, force: true });
  const refusal = await synthesize(copy, outdir).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  const [red, documents, plans] = await Promise.all([
    redTests(onlyGolden ? ["__tests__/golden"] : []),
    writeDocuments(outdir, unknown),
    plansOf(ofStaging(readStacks(outdir))),
  ]);
  return {
    places: new Set(edits.map(({ file }) => file)).size,
    refused: refusal?.includes(refused) === true ? refused : refusal,
    red,
    documents,
    review: plans.length === 0 ? undefined : await verdict(plans.map(({ file }) => file)),
    plan: counted(plans.flatMap((plan) => plan.changes)),
  };
}

/** Plans of the stacks that differ from what is deployed. */
async function plansOf(stacks: readonly SynthesizedStack[]): Promise<StackPlan[]> {
  const cloud = await deploying;
  const changed = stacks.filter(
    ({ name, json }) => JSON.stringify(json) !== JSON.stringify(stackNamed(before, name).json),
  );
  return Promise.all(changed.map((stack) => cloud.plan(stack)));
}

function counted(names: readonly string[]): string {
  const times = (name: string) => names.filter((each) => each === name).length;
  return [...new Set(names)]
    .sort()
    .map((name) => (times(name) === 1 ? name : `${name} (${times(name)})`))
    .join(", ");
}

/** Makes an edit. @returns what takes it back */
function apply(edit: Edit): () => void {
  const file = join(copy, edit.file);
  if ("text" in edit) {
    if (existsSync(file)) throw new Error(`${edit.file} exists: give the new file of the change another name.`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, edit.text);
    return () => {
      rmSync(file);
    };
  }
  const text = readFileSync(file, "utf8");
  const parts = text.split(edit.from);
  if (parts.length !== 2) {
    throw new Error(`${edit.file} holds the text of the edit ${parts.length - 1} times, not once: ${edit.from}`);
  }
  writeFileSync(file, parts.join(edit.to));
  return () => {
    writeFileSync(file, text);
  };
}

/** Names of the golden tests with a failure, and full names of other unit tests that fail. */
async function redTests(paths: readonly string[]): Promise<string[]> {
  const report = join(copy, "unit-tests.json");
  rmSync(report, { force: true });
  // What this run of Jest shares with its own test files must not reach the other run.
  const env = { DEV_ONE_TEST_RUN: undefined, DEV_ONE_TEST_APP: undefined };
  const args = ["--selectProjects", "unit", "--maxWorkers=100%", "--json", `--outputFile=${report}`, ...paths];
  const { all } = await node(["node_modules/jest/bin/jest.js", ...args], env);
  if (!existsSync(report)) throw new Error(all);
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as { testResults: TestFile[] };
  const failures = testResults.filter(({ status }) => status === "failed");
  return failures
    .flatMap(({ name, message, assertionResults: tests }) => {
      if (name.endsWith("/golden/other-releases.test.ts")) return []; // the golden tests again
      if (name.includes("/golden/")) return basename(name, ".test.ts");
      const failed = tests.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
      return failed.length === 0 ? message : failed;
    })
    .sort();
}

/** Brings the documents that depend on stacks up to date, as npm run docs does. */
async function writeDocuments(outdir: string, unknown: readonly string[]) {
  const runs = await Promise.all(
    [
      ["packages/diagram/src/main.ts", "--from", outdir],
      ["packages/diagram/src/dashboards/main.ts", "--from", outdir],
      ["packages/alert-trials/src/main.ts", "--from", outdir],
      ["packages/cost/src/main.ts", "--write", "--synth", outdir],
    ].map((args) => node(["scripts/run.mjs", ...args])),
  );
  const lines = runs.flatMap(({ all }) => all.split("\n")).filter((line) => !/^(Drew|Wrote|Not \w+:) /.test(line));
  return {
    exitCodes: runs.map(({ exitCode }) => exitCode),
    unexpected: lines.filter((line) => !unknown.some((name) => line.includes(name))),
    missing: unknown.filter((name) => !lines.some((line) => line.includes(name))),
  };
}

async function verdict(files: readonly string[]): Promise<string> {
  const { exitCode = -1, all } = await node(["scripts/run.mjs", "packages/plan-review/src/main.ts", ...files]);
  return Object.entries(VERDICTS).find(([code]) => Number(code) === exitCode)?.[1] ?? all;
}

function node(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return execa(process.execPath, args, { cwd: copy, env, reject: false, all: true });
}

/** The stacks that are planned. That of the monitoring needs Datadog's provider, which a machine without network may lack. */
function ofStaging(stacks: readonly SynthesizedStack[]): SynthesizedStack[] {
  const { state, platform } = stackNames(staging);
  return [state, platform].map((name) => stackNamed(stacks, name));
}
