import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { parsePlan } from "@dev-one/terraform-json/read-plan";

import { backendOnly, s3Backend, withImports, withLocalBackend } from "../../src/bootstrap/state-stack";
import { summarize } from "../../src/bootstrap/summary";
import { holdsAll, instancesIn } from "../../src/state";

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
    [[], /^missing required argument 'environment: staging or production'\. See `npm run bootstrap -- --help`\.$/m],
    [["nowhere", "--auto-approve"], /'nowhere' is invalid .* Allowed choices are staging, production\./],
    [["staging", "x"], /too many arguments/],
    [["staging", "--yes"], /unknown option '--yes'/],
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
    expect(existsSync(join(root, ".bootstrap", args[0] ?? "none"))).toBe(false);
  });
});

describe("the stack of a bootstrap step", () => {
  test("changes the backend in a copy only", () => {
    const before = structuredClone(stack);
    expect(withLocalBackend(stack).terraform).toEqual({
      backend: { local: { path: "terraform.tfstate" } },
      required_version: ">= 1.11",
    });
    expect(backendOnly(stack)).toEqual({
      terraform: { backend: { s3: { bucket: "b", key: "k", encrypt: true } }, required_providers: {} },
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
    expect(() => s3Backend({})).toThrow("no S3 backend");
  });
});

describe("state files", () => {
  const instance = (id: string, more: JsonObject = {}): JsonObject => ({
    attributes: { id },
    ...more,
  });
  const state = (...ids: string[]) =>
    instancesIn({
      resources: ids.map((id) => ({ mode: "managed", type: "aws_x", name: id, instances: [instance(id)] })),
    });

  test("hold the instances of managed resources, of which an interrupted run leaves some tainted", () => {
    const instances = [instance("i-1", { status: "tainted" }), instance("i-2", { index_key: "a" })];
    const resources = [
      { mode: "managed", type: "aws_x", name: "a", instances },
      { mode: "data", type: "aws_x", name: "read", instances },
    ];
    expect(instancesIn({ resources })).toEqual([
      { type: "aws_x", address: "aws_x.a", attributes: { id: "i-1" }, isTainted: true },
      { type: "aws_x", address: 'aws_x.a["a"]', attributes: { id: "i-2" }, isTainted: false },
    ]);
    expect([instancesIn(undefined), instancesIn({})]).toEqual([[], []]);
  });

  test("a copy of a state requires every resource", () => {
    expect(holdsAll(state("b", "a", "c"), state("a", "b"))).toBe(true);
    expect(holdsAll(state("a"), state("a", "b"))).toBe(false);
    const renumbered = state("a").map((each) => ({ ...each, attributes: { id: "other" } }));
    expect(holdsAll(renumbered, state("a"))).toBe(false);
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
