import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { markdownTable } from "@dev-one/cli/markdown-table";
import { UserError } from "@dev-one/cli/user-error";

import { stagingWith } from "../../../__tests__/support/environments";
import { synthesize } from "../../../__tests__/support/synthesis";
import type { Environment } from "../../../src/config";
import { production, staging } from "../../../src/environments";
import { parseArguments } from "../src/arguments";
import { dollars } from "../src/money";
import { run } from "../src/run";
import { estimateOf, planOf, resourcesOf } from "./support";

const scratch = mkdtempSync(join(tmpdir(), "dev-one-cost-test-"));
const root = join(scratch, "project");
const today = synthesis("today", staging, production);

beforeAll(() => {
  mkdirSync(join(root, "docs"), { recursive: true });
  writeFileSync(join(root, "package.json"), readFileSync("package.json"));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** What the command prints. */
async function cost(...argv: string[]): Promise<string> {
  const printed: string[] = [];
  const options = parseArguments(argv);
  if (options === undefined) throw new Error("help was asked for");
  await run({ root, options, signal: new AbortController().signal, say: (text) => printed.push(text) });
  return printed.join("\n");
}

function synthesis(name: string, ...environments: Environment[]): string {
  const directory = join(scratch, name);
  const stacks = environments.flatMap((environment) => synthesize(environment).stacks);
  for (const stack of stacks) {
    mkdirSync(join(directory, "stacks", stack.name), { recursive: true });
    writeFileSync(join(directory, "stacks", stack.name, "cdk.tf.json"), stack.json);
  }
  const manifest = { stacks: Object.fromEntries(stacks.map(({ name: stack }) => [stack, {}])) };
  writeFileSync(join(directory, "manifest.json"), JSON.stringify(manifest));
  return directory;
}

test("prints every environment with formulas, the prices' date, assumptions and what is left out", async () => {
  const printed = await cost("--synth", today);
  expect(printed).toContain("list of 2026-11-25");
  expect(printed).toContain("8 named servers x 730 h x $0.266 per hour");
  for (const environment of [staging, production]) {
    expect(printed).toContain(`== ${environment.name}: ${dollars(estimateOf(environment).monthly)} a month`);
  }
  expect(printed).toContain("activeConnections");
  expect(printed).toContain("Taxes, support plans");
});

test("prints the same output in every run, as text and as Markdown", async () => {
  expect(await cost("--synth", today)).toBe(await cost("--synth", today));
  const markdown = await cost("--synth", today, "--markdown");
  expect(markdown).toBe(await cost("--synth", today, "--markdown"));
  expect(markdown).toContain("| NAT gateways");
});

test("prints one environment with other assumptions", async () => {
  const file = join(scratch, "assumptions.json");
  writeFileSync(file, JSON.stringify({ staging: { elasticServers: 2 } }));
  const printed = await cost(
    "--synth",
    today,
    "--environment",
    "staging",
    "--assumptions",
    file,
    "--assume",
    "hours=100",
  );
  expect(printed).toContain("2 elastic servers x 100 h x $0.266 per hour");
  expect(printed).not.toContain("== production");
});

test("writes JSON whose amounts are whole millionths", async () => {
  const file = join(scratch, "cost.json");
  await cost("--synth", today, "--json", file);
  const { environments } = JSON.parse(readFileSync(file, "utf8")) as { environments: JsonObject[] };
  expect(environments.map(({ environment, monthlyMicroDollars }) => [environment, monthlyMicroDollars])).toEqual([
    ["production", estimateOf(production).monthly],
    ["staging", estimateOf(staging).monthly],
  ]);
});

test("compares with another synthesis", async () => {
  const other = synthesis("other", stagingWith({ database: { ...staging.database, multiAz: true } }), production);
  const printed = await cost("--synth", other, "--compare", today);
  expect(printed).toContain("(+$49.75: database +$49.75)");
  expect(printed).toMatch(/== production: \$[\d,.]+ a month, unchanged/);
});

test("prints the cost difference of a plan", async () => {
  const file = join(scratch, "plan.json");
  const after = resourcesOf(stagingWith({ interfaceEndpoints: true }));
  writeFileSync(file, JSON.stringify(planOf(resourcesOf(staging), after)));
  expect(await cost("--compare", file)).toMatch(/In one line: .*\(\+\$73\.00: network \+\$73\.00\)\./);
  await expect(cost("--compare", file, "--environment", "production")).rejects.toThrow(
    /is a plan of staging, not of production/,
  );
  await expect(cost("--compare", file, "--synth", today)).rejects.toThrow(/leave out --synth/);
});

test.each([
  [
    "an unknown environment",
    ["--environment", "moon"],
    /There is no environment "moon"\. Environments: production, staging\./,
  ],
  ["a missing file to compare with", ["--compare", "/nowhere/else"], /\/nowhere\/else cannot be read/],
  ["a file that is not a plan", ["--compare", "package.json"], /no plan|leave out --synth/],
  ["a missing assumptions file", ["--assumptions", "/nowhere.json"], /\/nowhere\.json cannot be read/],
])("rejects %s in one sentence, and writes no file", async (_, argv, sentence) => {
  const json = join(scratch, "never.json");
  await expect(cost("--synth", today, "--json", json, ...argv)).rejects.toThrow(UserError);
  await expect(cost("--synth", today, "--json", json, ...argv)).rejects.toThrow(sentence);
  expect(readdirSync(scratch)).not.toContain("never.json");
});

test("rejects assumptions of an unknown environment", async () => {
  const file = join(scratch, "moon.json");
  writeFileSync(file, JSON.stringify({ moon: { requests: 1 } }));
  await expect(cost("--synth", today, "--assumptions", file)).rejects.toThrow(/there is no environment "moon"/);
});

test("leaves no temporary file when the file cannot be written", async () => {
  mkdirSync(join(scratch, "full", "cost.json"), { recursive: true });
  await expect(cost("--synth", today, "--json", join(scratch, "full", "cost.json"))).rejects.toThrow(
    /cannot be written/,
  );
  expect(readdirSync(join(scratch, "full"))).toEqual(["cost.json"]);
});

test("--check fails before --write, and again after the configuration changes", async () => {
  await expect(cost("--synth", today, "--check")).rejects.toThrow(
    "docs/cost.md is not what the configuration costs now: run `npm run cost -- --write`.",
  );
  await cost("--synth", today, "--write");
  expect(await cost("--synth", today, "--check")).toBe("docs/cost.md is up to date.");
  const other = synthesis("changed", stagingWith({ interfaceEndpoints: true }), production);
  await expect(cost("--synth", other, "--check")).rejects.toThrow(/run `npm run cost -- --write`/);
});

test.each([
  [["--nonsense"], /unknown option '--nonsense'\. See/],
  [["--write", "--check"], /cannot be combined/],
  [["--check", "--assume", "requests=1"], /with its own assumptions/],
  [["--json"], /argument missing/],
])("%j is refused", (argv, sentence) => {
  expect(() => parseArguments(argv)).toThrow(sentence);
});

test("a Markdown table escapes column separators in cells", () => {
  expect(markdownTable(["a", "amount"], [["x|y", "1"]], [1])).toBe(
    ["| a    | amount |", "| ---- | -----: |", "| x\\|y |      1 |"].join("\n"),
  );
});
