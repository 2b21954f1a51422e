import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";
import { fromSynthesis, type Stack } from "@dev-one/terraform-json/resources";

import { evaluate, rules } from "../../src";
import { parseArguments } from "../../src/arguments";
import { printReport, printRules } from "../../src/print";

const root = resolve(__dirname, "../../../..");

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = [join("scripts", "run.mjs"), join("packages", "policy", "src", "main.ts"), ...args];
  return await new Promise((done) => {
    execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function planFile(name: string, after: object, more: object = {}): string {
  const file = join(scratchDirectory(), name);
  const change = { actions: ["create"], after, after_unknown: {} };
  writeFileSync(
    file,
    JSON.stringify({
      format_version: "1.2",
      planned_values: {},
      resource_changes: [{ address: "aws_kms_key.k", mode: "managed", type: "aws_kms_key", change }],
      ...more,
    }),
  );
  return file;
}

test("a plan that breaks a rule: exit 1, the remedy on stdout and a report in JSON", async () => {
  const json = join(scratchDirectory(), "report.json");
  const plan = planFile("staging.json", { enable_key_rotation: false, policy: '{"Statement": []}' });
  const { code, stdout } = await run("--plan", plan, "--json", json);
  expect(code).toBe(1);
  expect(stdout).toContain("enable_key_rotation is off");
  expect(stdout).toContain("Create the key with EncryptionKey.");
  expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({
    findings: [{ rule: "kms-key-rotation", stack: "staging", address: "aws_kms_key.k" }],
    accepted: [],
    undecided: [],
  });
});

test("a plan without findings: exit 0", async () => {
  const plan = planFile("staging.json", { enable_key_rotation: true, policy: '{"Statement": []}' });
  expect(await run("--plan", plan)).toMatchObject({ code: 0, stderr: "" });
});

test.each([
  ["Terraform could not finish it", { errored: true }, "Terraform could not finish a plan; its own output says why."],
  [
    "its changes were taken out",
    { resource_changes: [], applyable: true },
    "FILE lacks changes that its plan has: expected all of the output of `terraform show -json PLANFILE`.",
  ],
  ["it is none", { format_version: 1 }, "FILE is no plan: expected the output of `terraform show -json PLANFILE`."],
  [
    "another format",
    { format_version: "2.0" },
    "FILE has the plan format 2.0: expected format 1.x, which Terraform 1 writes.",
  ],
])("rejects a plan with the sentence of the plan review: %s", async (_what, more, sentence) => {
  const file = planFile("staging.json", { enable_key_rotation: true, policy: '{"Statement": []}' }, more);
  expect(await run("--plan", file)).toEqual({ code: 1, stdout: "", stderr: `${sentence.replace("FILE", file)}\n` });
});

test("rejects unknown options and arguments in one sentence", () => {
  expect(() => parseArguments(["--plans"])).toThrow("unknown option '--plans'");
  expect(() => parseArguments(["staging"])).toThrow("too many arguments");
  expect(parseArguments([])).toEqual({ plan: [], list: false });
  expect(parseArguments(["--plan", "a.json", "b.json"])).toMatchObject({ plan: ["a.json", "b.json"] });
});

test("the report counts checked resources, suppressed and undecided findings", () => {
  const stack: Stack = fromSynthesis("staging", { resource: { aws_cloudwatch_log_group: { l: {} } } });
  const where = "staging/aws_cloudwatch_log_group.l";
  const suppression = { rule: "logs-and-secrets-use-kms-key", where, reason: "They are public.", until: "2027-01-01" };
  const report = evaluate([stack], { rules, suppressions: [suppression], today: "2026-11-25" });
  const text = printReport(report);
  expect(text).toContain("They are public.");
  expect(text).toMatch(/rules checked \d+ resources: \d+ findings, 1 suppressed, 0 undecided\.$/);
});

test("the list names every rule", () => {
  const text = printRules(rules);
  for (const { id } of rules) expect(text).toContain(id);
});
