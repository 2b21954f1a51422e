import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import { fixture, sandbox } from "../../../__tests__/fixtures/environment";
import { synthesize } from "../../../__tests__/support/synthesis";
import type { Environment } from "../../../src/config";
import { parseArguments } from "../src/arguments";
import { dollars } from "../src/money";
import { fromStacks } from "../src/resources";
import { run } from "../src/run";
import { estimateOf, planOf, sandboxWith, stacksOf, standby } from "./support";

const scratch = mkdtempSync(join(tmpdir(), "dev-one-cost-test-"));
const root = join(scratch, "project");
const endpoints = sandboxWith({ interfaceEndpoints: true });
const today = synthesis("today", sandbox, fixture);

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
  await run(root, options, (text) => printed.push(text));
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
  expect(printed).toContain("6 named servers x 730 h x $0.2016 per hour");
  expect(printed).toContain(`## sandbox: ${dollars(estimateOf(sandbox).monthly)} a month`);
  expect(printed).toMatch(/^- not priced: fixture: aws_nat_gateway\..*there is no price list of us-east-2/m);
  expect(printed).toContain("activeConnections");
  expect(printed).toContain("Taxes, support plans");
  expect(await cost("--synth", today)).toBe(printed);
  expect(printed).not.toContain("Source 1: ");
  expect(await cost("--synth", today, "--markdown")).toContain("Source 1: ");
});

test("prints one environment with other assumptions", async () => {
  const file = join(scratch, "assumptions.json");
  writeFileSync(file, JSON.stringify({ sandbox: { elasticServers: 2 } }));
  const one = ["--environment", "sandbox", "--assumptions", file, "--assume", "hours=100"];
  const printed = await cost("--synth", today, ...one);
  expect(printed).toContain("2 elastic servers x 100 h x $0.2016 per hour");
  expect(printed).not.toContain("## fixture");
});

test("writes JSON whose amounts are whole millionths", async () => {
  const file = join(scratch, "cost.json");
  await cost("--synth", today, "--json", file);
  const { environments } = JSON.parse(readFileSync(file, "utf8")) as { environments: JsonObject[] };
  expect(environments.map(({ environment, monthlyMicroDollars }) => [environment, monthlyMicroDollars])).toEqual([
    ["fixture", 0],
    ["sandbox", estimateOf(sandbox).monthly],
  ]);
});

test("compares with another synthesis", async () => {
  const other = synthesis("other", standby, fixture);
  const printed = await cost("--synth", other, "--compare", today);
  // 73 for the endpoints and 20 GB x 0.01 through them; 24.09 for the standby and 3.45 for its storage.
  expect(printed).toContain("(+$100.74: database +$27.54, network +$73.20)");
  expect(printed).toContain("## fixture: before not estimated, after not estimated");
});

test("prints the cost difference of a plan", async () => {
  const file = join(scratch, "plan.json");
  writeFileSync(file, JSON.stringify(planOf(stacksOf(sandbox), stacksOf(endpoints))));
  expect(await cost("--compare", file)).toMatch(/In one line: .*\(\+\$73\.20: network \+\$73\.20\)\./);
  await expect(cost("--compare", file, "--environment", "fixture")).rejects.toThrow(
    /is a plan of sandbox, not of fixture/,
  );
  await expect(cost("--compare", file, "--synth", today)).rejects.toThrow(/leave out --synth/);
});

test.each([
  [
    "an unknown environment",
    ["--environment", "moon"],
    /there is no environment "moon"\. Environments: fixture, sandbox\./,
  ],
  ["a missing file to compare with", ["--compare", "/nowhere/else"], /\/nowhere\/else cannot be read/],
  ["a missing assumptions file", ["--assumptions", "/nowhere.json"], /\/nowhere\.json cannot be read/],
  ["assumptions of an unknown environment", ["--assumptions", join(scratch, "moon.json")], /no environment "moon"/],
])("rejects %s in one sentence, and writes no file", async (_, argv, sentence) => {
  writeFileSync(join(scratch, "moon.json"), JSON.stringify({ moon: { requests: 1 } }));
  const refused = cost("--synth", today, "--json", join(scratch, "never.json"), ...argv);
  await expect(refused).rejects.toThrow(UserError);
  await expect(refused).rejects.toThrow(sentence);
  expect(readdirSync(scratch)).not.toContain("never.json");
});

test("rejects a file that is not a complete plan of format 1", async () => {
  const file = join(scratch, "bad.json");
  const plan = planOf(stacksOf(sandbox), stacksOf(sandbox));
  for (const [change, sentence] of [
    [{ format_version: "0.2" }, /expected format 1\.x/],
    [{ errored: true }, /could not finish/],
  ] as const) {
    writeFileSync(file, JSON.stringify({ ...plan, ...change }));
    await expect(cost("--compare", file)).rejects.toThrow(sentence);
  }
  await expect(cost("--compare", "package.json")).rejects.toThrow(/is no plan/);
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
  expect(await cost("--synth", today, "--write")).toMatch(
    /^not priced: [^]*\nNot priced: \d+\.\nWrote docs\/cost\.md\.$/,
  );
  expect(await cost("--synth", today, "--check")).toBe("docs/cost.md is up to date.");
  const other = synthesis("changed", endpoints, fixture);
  await expect(cost("--synth", other, "--check")).rejects.toThrow(/run `npm run cost -- --write`/);
});

test("reads each environment in any order of stacks", () => {
  const stacks = stacksOf(sandbox);
  expect(estimateOf([...stacks].reverse()).parts).toEqual(estimateOf(stacks).parts);
});

test("rejects stacks without an environment or a region, and an environment in two regions", () => {
  const [state, ...others] = stacksOf(sandbox);
  const provided = (provider: JsonObject) => [{ name: "x", json: { ...state?.json, provider } }];
  const tags = { tags: { env: "sandbox" } };
  const elsewhere = provided({ aws: [{ region: "eu-west-1", default_tags: [tags] }] });
  expect(() => fromStacks([...others, ...elsewhere])).toThrow(/in two regions, us-east-1 and eu-west-1/);
  for (const provider of [{}, { aws: [{ region: "us-east-1", default_tags: [{ tags: { env: "a\n## x" } }] }] }]) {
    expect(() => fromStacks(provided(provider))).toThrow(/does not say its region and its env tag/);
  }
});

test.each([
  [["--nonsense"], /unknown option '--nonsense'\. See/],
  [["--write", "--check"], /cannot be combined/],
  [["--check", "--assume", "requests=1"], /with its own assumptions/],
  [["--json"], /argument missing/],
])("%j is refused", (argv, sentence) => {
  expect(() => parseArguments(argv)).toThrow(sentence);
});
