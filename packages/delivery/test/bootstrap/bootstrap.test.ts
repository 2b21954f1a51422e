import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { parsePlan } from "@dev-one/terraform-json/read-plan";

import { parseArguments } from "../../src/bootstrap/arguments";
import { holdsAll, identify, tainted } from "../../src/bootstrap/state-file";
import { backendOnly, withImports, withLocalBackend, withS3Backend } from "../../src/bootstrap/state-stack";
import { summarize } from "../../src/bootstrap/summary";

const KNOWN = ["staging", "production"];
const stack: JsonObject = {
  terraform: { backend: { s3: { bucket: "b", key: "k", encrypt: true } }, required_version: ">= 1.11" },
  resource: {
    aws_s3_bucket: { states: { bucket: "b" } },
    aws_kms_key: { key: {} },
    aws_kms_alias: { alias: { name: "alias/states" } },
  },
};

describe("the command line", () => {
  test.each([
    [[], "Which environment? Environments: staging, production; for example `npm run bootstrap -- staging`."],
    [
      ["stagin"],
      'There is no environment "stagin". Environments: staging, production; for example `npm run bootstrap -- staging`.',
    ],
    [["staging", "x"], "too many arguments"],
    [["staging", "--yes"], "unknown option '--yes'"],
  ])("rejects the arguments %j in one sentence", (args, message) => {
    expect(() => parseArguments(args, KNOWN)).toThrow(message);
  });

  test("by default asks for approval and imports no existing bucket", () => {
    expect(parseArguments(["staging"], KNOWN)).toEqual({ environment: "staging", autoApprove: false, adopt: false });
    expect(parseArguments(["production", "--auto-approve"], KNOWN)).toMatchObject({ autoApprove: true });
  });

  test.each([
    [["nowhere", "--auto-approve"], /^There is no environment "nowhere"\./],
    [["staging"], /^No approval is possible here .*--auto-approve/],
  ])("the arguments %j exit with 1, print one line and write nothing", (args, message) => {
    const root = resolve(__dirname, "..", "..", "..", "..");
    const entry = join("packages", "delivery", "src", "bootstrap", "main.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, [join("scripts", "run.mjs"), entry, ...args], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect({ status, stdout, lines: stderr.trim().split("\n").length }).toEqual({ status: 1, stdout: "", lines: 1 });
    expect(stderr).toMatch(message);
    expect(existsSync(join(root, ".bootstrap", args[0] ?? ""))).toBe(false);
  });
});

describe("the stack of a bootstrap step", () => {
  test("changes the backend in a copy only", () => {
    const before = structuredClone(stack);
    expect(withLocalBackend(stack).terraform).toEqual({
      backend: { local: { path: "terraform.tfstate" } },
      required_version: ">= 1.11",
    });
    expect(backendOnly(withS3Backend(stack, { use_path_style: true }))).toEqual({
      terraform: {
        backend: { s3: { bucket: "b", key: "k", encrypt: true, use_path_style: true } },
        required_providers: {},
      },
    });
    expect(stack).toEqual(before);
  });

  test("imports the bucket and the KMS key of the alias", () => {
    expect(withImports(stack, { andKey: false }).import).toEqual([{ to: "aws_s3_bucket.states", id: "b" }]);
    expect(withImports(stack, { andKey: true })).toMatchObject({
      data: { aws_kms_alias: { existing: { name: "alias/states" } } },
      import: [
        { to: "aws_s3_bucket.states", id: "b" },
        { to: "aws_kms_key.key", id: "${data.aws_kms_alias.existing.target_key_id}" },
        { to: "aws_kms_alias.alias", id: "alias/states" },
      ],
    });
  });

  test("imports named IAM resources, except those that were never created", () => {
    const resource = {
      ...(stack.resource as JsonObject),
      aws_iam_openid_connect_provider: { github: { url: "https://token.actions.githubusercontent.com" } },
      aws_iam_policy: { boundary: { name: "boundary" } },
      aws_iam_role: { plan: { name: "plan" }, apply: { name: "apply" } },
    };
    const s3 = { bucket: "b", key: "k", allowed_account_ids: ["111122223333"] };
    const whole = { ...stack, terraform: { backend: { s3 } }, resource };
    expect(withImports(whole, { andKey: false, without: ["aws_iam_role.apply"] }).import).toEqual([
      { to: "aws_s3_bucket.states", id: "b" },
      {
        to: "aws_iam_openid_connect_provider.github",
        id: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
      },
      { to: "aws_iam_policy.boundary", id: "arn:aws:iam::111122223333:policy/boundary" },
      { to: "aws_iam_role.plan", id: "plan" },
    ]);
  });

  test("rejects a stack without S3 backend", () => {
    expect(() => withS3Backend({}, {})).toThrow("no S3 backend");
  });
});

describe("state files", () => {
  const state = (...names: string[]): JsonObject => ({
    resources: names.map((name) => ({
      mode: "managed",
      type: "aws_x",
      name,
      instances: [{ attributes: { id: name } }],
    })),
  });

  test("treats a state without resources as no state", () => {
    expect(identify(undefined)).toBeUndefined();
    expect(identify(state())).toBeUndefined();
  });

  test("lists the tainted resources of an interrupted run", () => {
    const instances = [{ status: "tainted" }, {}, { status: "tainted", index_key: "a" }];
    const resources = [{ mode: "managed", type: "aws_x", name: "a", instances }];
    expect(tainted({ resources })).toEqual(["aws_x.a", 'aws_x.a["a"]']);
  });

  test("requires every resource in a copy of a state", () => {
    const original = identify(state("a", "b"));
    if (original === undefined) throw new Error("not read");
    expect(holdsAll(identify(state("b", "a", "c")), original)).toBe(true);
    expect(holdsAll(identify(state("a")), original)).toBe(false);
    expect(holdsAll(undefined, original)).toBe(false);
  });
});

test("the summary prints deletions in capitals", () => {
  const change = (address: string, ...actions: string[]): object => ({ address, type: "a", change: { actions } });
  const plan = {
    format_version: "1.2",
    planned_values: {},
    resource_changes: [change("a.a", "create"), change("b.b", "delete", "create"), change("c.c", "delete")],
  };
  expect(summarize(parsePlan(JSON.stringify(plan)))).toBe(
    "  create   a.a\n  REPLACE  b.b\n  DELETE   c.c\n3 resources in all.",
  );
});
