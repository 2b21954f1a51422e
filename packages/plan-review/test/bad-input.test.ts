import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

import type { JsonObject } from "@dev-one/cli/json";
import { scratchDirectory } from "@dev-one/cli/test/files";
import { parsePlan, readPlans, stackName } from "@dev-one/terraform-json/read-plan";

import { parseArguments } from "../src/arguments";
import { destroy, plan, unchanged, update } from "./corpus/plans";

const ROOT = resolve(__dirname, "..", "..", "..");
/** Values are planned for a database of a module, and its change is not there. */
const stripped = (more: JsonObject): string => {
  const resources = [{ address: "module.a.aws_db_instance.db", mode: "managed", type: "aws_db_instance", values: {} }];
  const planned = { root_module: { child_modules: [{ resources }] } };
  return JSON.stringify({ format_version: "1.2", planned_values: planned, ...more });
};
const WHOLE = JSON.stringify(plan([destroy("aws_db_instance.db")]));

const scratch = scratchDirectory();

describe("rejects what is no plan in one sentence", () => {
  test.each([
    ["nothing", "", /is empty/],
    ["only space", "  \n", /is not JSON/],
    ["no JSON", "terraform plan\n", /is not JSON/],
    ["Terraform's output for people", "Terraform will perform the following actions:", /is not JSON/],
    ["a list", "[]", /is no plan/],
    [
      "a nest without end",
      `{"format_version":"1.2","planned_values":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`,
      /is nested more deeply/,
    ],
    ["null", "null", /is no plan/],
    ["another object", '{"a":1}', /is no plan/],
    ["a state", '{"format_version":"1.0","values":{}}', /is a state/],
    ["a validation", '{"format_version":"1.0","valid":true}', /is no plan/],
    ["another format", '{"format_version":"2.0","planned_values":{}}', /has the plan format 2\.0/],
    ["an old format", '{"format_version":"0.2","planned_values":{}}', /has the plan format 0\.2/],
    ["a hostile format", '{"format_version":"\\u001b[31m","planned_values":{}}', /has the plan format \\u\{1b\}\[31m/],
    [
      "a change without actions",
      JSON.stringify(plan([{ address: "a.b", type: "a", change: {} }])),
      /resource_changes\.0\.change\.actions/,
    ],
    [
      "actions that are none",
      JSON.stringify(plan([{ address: "a.b", type: "a", change: { actions: [] } }])),
      /is no valid plan/,
    ],
    [
      "changes that are no list",
      '{"format_version":"1.2","resource_changes":{}}',
      /resource_changes is not as Terraform writes it/,
    ],
    [
      "a flag that is a word",
      '{"format_version":"1.2","planned_values":{},"errored":"no"}',
      /errored is not as Terraform writes it/,
    ],
    ["changes that were taken out", stripped({ applyable: true }), /lacks changes that its plan has/],
    ["an empty list of changes", stripped({ resource_changes: [] }), /lacks changes that its plan has/],
    [
      "one change that was taken out",
      stripped({ resource_changes: [unchanged("aws_vpc.v", {})] }),
      /lacks changes that its plan has/,
    ],
    [
      "something to apply, and nothing that says what",
      '{"format_version":"1.2","planned_values":{"root_module":{}},"applyable":true}',
      /lacks changes that its plan has/,
    ],
    [
      "changes twice, the second time none",
      WHOLE.replace(/\}$/, ',"resource_changes":[]}'),
      /has resource_changes twice in one object: Terraform writes every key once/,
    ],
    [
      "actions twice, deep inside, and one of them disguised",
      WHOLE.replace('"actions":', String.raw`"action\u0073" :["no-op"],"actions":`),
      /has actions twice in one object/,
    ],
    ["two plans in one file", `${WHOLE}\n${WHOLE}`, /is not JSON|cut off/],
  ])("%s", (_what, text, message) => {
    expect(() => parsePlan(Buffer.from(text), "plan.json")).toThrow(message);
  });

  test("accepts texts that resemble duplicate keys", () => {
    const value = {
      a: String.raw`{"a":1,"a":\"`,
      b: ["a", "a", { a: 1 }, { a: "b" }],
      "\\": {},
      '"': { a: ":" },
      c: "\\",
    };
    const json = plan([update("acme_x.v", value, { ...value, a: "b" })]);
    expect(() => parsePlan(Buffer.from(JSON.stringify(json, null, 2)), "plan.json")).not.toThrow();
  });

  test.each(Array.from({ length: 12 }, (_, index) => Math.floor((WHOLE.length * (index + 1)) / 13)))(
    "cut off after %d characters",
    (length) => {
      expect(() => parsePlan(Buffer.from(WHOLE.slice(0, length)), "plan.json")).toThrow(/cut off|not JSON/);
    },
  );

  test.each([
    ["compressed", gzipSync(WHOLE), /is no text/],
    ["a plan file", Buffer.from([0x50, 0x4b, 0x03, 0x04, 1, 2]), /is Terraform's own plan file/],
    ["UTF-16", Buffer.from(WHOLE, "utf16le"), /is no text|is not JSON/],
    ["half a character", Buffer.concat([Buffer.from('{"format_version":"'), Buffer.from([0xc3])]), /is no text/],
  ])("binary: %s", (_what, bytes, message) => {
    expect(() => parsePlan(bytes, "plan.json")).toThrow(message);
  });

  test("an unreadable file", () => {
    mkdirSync(join(scratch, "directory.json"));
    expect(() => readPlans([join(scratch, "directory.json")])).toThrow(/is a directory/);
    expect(() => readPlans([join(scratch, "missing\u001b[31m.json")])).toThrow(
      /missing\\u\{1b\}\[31m\.json does not exist/,
    );
    writeFileSync(join(scratch, "closed.json"), WHOLE);
    chmodSync(join(scratch, "closed.json"), 0o000);
    if (process.getuid?.() !== 0) expect(() => readPlans([join(scratch, "closed.json")])).toThrow(/cannot be read/);
  });

  test("two plans of one stack", () => {
    for (const directory of ["a", "b"]) mkdirSync(join(scratch, directory), { recursive: true });
    const files = ["a", "b"].map((directory) => join(scratch, directory, "staging.json"));
    for (const file of files) writeFileSync(file, WHOLE);
    expect(() => readPlans(files)).toThrow(/plans of a stack "staging"/);
  });
});

test.each([
  ["staging.json", "staging"],
  ["out/production.tfplan.json", "production"],
  ["cdktf.out/stacks/staging-state/plan.json", "staging-state"],
  ["plan.json", "plan"],
])("%s names the stack %s", (file, name) => {
  expect(stackName(file)).toBe(name);
});

test.each([
  [[], "Which plan?"],
  [["a.json", "--date", "tomorrow"], "Write a day such as"],
  [["a.json", "--date", "2026-02-31"], "Write a day such as"],
  [["a.json", "--nonsense"], "unknown option"],
])("rejects the arguments %j", (args, message) => {
  expect(() => parseArguments(args)).toThrow(message);
});

describe("the command", () => {
  function run(files: Readonly<Record<string, JsonObject | string>>, ...args: string[]) {
    const directory = scratchDirectory();
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(directory, name), typeof content === "string" ? content : JSON.stringify(content));
    }
    const plans = Object.keys(files).map((name) => join(directory, name));
    const command = [join("scripts", "run.mjs"), join("packages", "plan-review", "src", "main.ts"), ...plans, ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: "utf8" });
    return { status, stdout, stderr, directory };
  }

  test.each([
    [0, "nothing to approve", { "a.json": plan([unchanged("acme_x.v", {})]) }],
    [2, "a person must approve", { "a.json": plan([update("acme_x.v", { a: 1 }, { a: 2 })]) }],
    [3, "forbidden", { "a.json": plan([]), "b.json": plan([destroy("aws_db_instance.d")]) }],
    [
      1,
      "Terraform could not finish the plan",
      { "a.json": plan([], "staging", { errored: true }), "b.json": plan([destroy("aws_db_instance.d")]) },
    ],
  ] as const)(
    "exits with %d: %s",
    (code, words, files) => {
      const { status, stdout } = run(files);
      expect(stdout).toContain(words);
      expect(status).toBe(code);
    },
    60_000,
  );

  test.each([
    ["a file that is no plan", "{", /b\.json ends in the middle/],
    ["a plan without its changes", stripped({ applyable: true }), /b\.json lacks changes/],
    [
      "deeply nested values",
      `{"format_version":"1.2","planned_values":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
      /b\.json is nested more deeply/,
    ],
  ])(
    "%s beside a plan: one sentence, exit 1, nothing on stdout",
    (_what, text, sentence) => {
      const { status, stdout, stderr } = run({ "a.json": plan([]), "b.json": text });
      expect({ status, stdout, lines: stderr.trim().split("\n").length }).toEqual({ status: 1, stdout: "", lines: 1 });
      expect(stderr).toMatch(sentence);
    },
    60_000,
  );

  test("writes the JSON report", () => {
    const jsonReport = join(scratch, "jsonReport.json");
    run({ "a.json": plan([destroy("aws_db_instance.d")]) }, "--json", jsonReport, "--date", "2026-11-25");
    expect(JSON.parse(readFileSync(jsonReport, "utf8"))).toMatchObject({
      exitCode: 3,
      date: "2026-11-25",
      stacks: [{ name: "a" }],
    });
  }, 60_000);
});
