import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { readJsonFile } from "@dev-one/cli/json";
import { readPlan } from "@dev-one/terraform-json/read-plan";

import { applyStack } from "../../src/apply/apply-stack";
import { driftOf } from "../../src/drift";
import type { GitHub } from "../../src/github";
import { readManifest } from "../../src/plan/manifest";
import { keepPlan, openStack, planStack } from "../../src/plan/plan-stack";
import { PlanStore } from "../../src/plan/plan-store";
import { prove } from "../../src/plan/proof";
import { fetchPlans, reviewPlans } from "../../src/review/review-plans";
import { parseStacks } from "../../src/stacks";
import { FakeGitHub } from "../fake-github";
import { FakeServices } from "../fake-services";

const PROJECT = resolve(__dirname, "../../../..");
const EXPECTED = { repository: "dev-one/infrastructure", pullRequest: 7, run: 42 };
const SECRET = "a value of the state";
const before = { ...process.env };

let root: string;
let fake: FakeGitHub;
let github: GitHub;
let services: FakeServices;
let store: PlanStore;

jest.setTimeout(600_000);

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "dev-one-apply-"));
  // Terraform may be installed only there.
  if (existsSync(join(PROJECT, ".venv"))) symlinkSync(join(PROJECT, ".venv"), join(root, ".venv"));
  fake = new FakeGitHub();
  github = await fake.start();
  services = new FakeServices();
  await services.start();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: services.url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    CHECKPOINT_DISABLE: "1",
  });
  store = new PlanStore({ bucket: "states", region: "us-east-1" });
  synthesize("one");
  git("init", "--quiet");
  commit();
});
afterEach(async () => {
  process.env = { ...before };
  await Promise.all([fake.stop(), services.stop()]);
  rmSync(root, { recursive: true, force: true });
});

function git(...args: readonly string[]): string {
  const who = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...who, ...args], { cwd: root, encoding: "utf8" }).trim();
}

/** The merged commit, and the data that GitHub returns about it. */
function commit(): void {
  git("add", "source");
  git("commit", "--quiet", "--message", "A change");
  fake.trees.set("a".repeat(40), git("rev-parse", "HEAD^{tree}"));
}

/** A stack without any provider: its resource is built into Terraform. */
function synthesize(input: string): void {
  const directory = join(root, "cdktf.out", "stacks", "staging");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(root, "source"), input);
  const stack = {
    terraform: { backend: { local: { path: join(root, "state") } } },
    variable: { secret: { default: SECRET, sensitive: true } },
    resource: { terraform_data: { thing: { input: { name: input, secret: "${var.secret}" } } } },
  };
  writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(stack));
}

/** The artefact and the stored plans of the pull request's run. */
async function planned(): Promise<string> {
  const [plan, kept] = [join(root, "plan"), join(root, "plans", "plan-staging")];
  await planStack(root, "staging", plan);
  await keepPlan(store, plan, kept);
  await prove(kept);
  return kept;
}

const apply = (directory: string, stack = "staging") =>
  applyStack({ root, stack, directory, expected: EXPECTED, store, github, keys: services.jwks });
const state = () => readFileSync(join(root, "state"), "utf8");

test("applies the reviewed plan, and then has no changes to apply", async () => {
  expect(await apply(await planned())).toBe("applied");
  expect(state()).toContain('"one"');
  expect(existsSync(join(root, "cdktf.out/stacks/staging/plan.tfplan"))).toBe(false);
  const again = await planned();
  expect(readManifest(again)).toMatchObject({
    stack: "staging",
    hasChanges: false,
    serial: expect.any(Number) as number,
  });
  expect(await apply(again)).toBe("nothing to apply");
});

test("GitHub's artefact contains no value of the plan, and the bucket contains the plan", async () => {
  const kept = await planned();
  const text = ["manifest.json", "proof.jwt"].map((name) => readFileSync(join(kept, name), "utf8")).join("\n");
  expect(text).not.toContain(SECRET);
  const objects = [...services.objects].map(([key, content]) => [key, content.includes(SECRET)] as const);
  const { plan, json } = readManifest(kept);
  expect(objects).toEqual([
    [`states/plans/staging/${plan}.tfplan`, false],
    [`states/plans/staging/${json}.json`, true],
  ]);
});

describe("rejects, and changes nothing:", () => {
  afterEach(() => {
    expect(existsSync(join(root, "state"))).toBe(false);
  });

  test("a plan of another run", async () => {
    services.claims = { run_id: "41" };
    await expect(apply(await planned())).rejects.toThrow("it is of another run");
  });

  test("a plan that was replaced in the bucket", async () => {
    const kept = await planned();
    services.objects.set(`states/plans/staging/${readManifest(kept).plan}.tfplan`, Buffer.from("something else"));
    await expect(apply(kept)).rejects.toThrow("does not have the plan's hash");
  });

  test("a plan of another tree than the merged one", async () => {
    const kept = await planned();
    writeFileSync(join(root, "source"), "merged in between");
    git("commit", "--quiet", "--all", "--message", "Another change");
    await expect(apply(kept)).rejects.toThrow(/^Not applied: main holds other files than those that were planned/);
  });

  test("a plan of another configuration", async () => {
    const kept = await planned();
    synthesize("two");
    await expect(apply(kept)).rejects.toThrow("what is synthesized now differs");
  });

  test("a plan of another stack", async () => {
    const kept = await planned();
    mkdirSync(join(root, "cdktf.out/stacks/production"));
    writeFileSync(join(root, "cdktf.out/stacks/production/cdk.tf.json"), "{}");
    await expect(apply(kept, "production")).rejects.toThrow("the plan is of staging, not of production");
  });
});

test("a repeated job, such as one whose roll-out failed, changes nothing", async () => {
  const kept = await planned();
  await apply(kept);
  const applied = state();
  expect(await apply(kept)).toBe("applied already");
  expect(state()).toBe(applied);
});

test("rejects a stale plan when the state has changed and changes remain", async () => {
  const first = await planned();
  synthesize("two");
  const directory = join(root, "cdktf.out/stacks/staging");
  await planStack(root, "staging", join(root, "other"));
  await (await openStack(root, "staging")).terraform.applyPlan(join(root, "other", "plan.tfplan"));
  const other = state();
  synthesize("one");
  await expect(apply(first)).rejects.toThrow("the state is another one than that which was planned against");
  expect(state()).toBe(other);
  expect(existsSync(join(directory, "plan.tfplan"))).toBe(false);
});

test("reports a failed plan in one sentence, and uploads nothing", async () => {
  writeFileSync(
    join(root, "cdktf.out/stacks/staging/cdk.tf.json"),
    JSON.stringify({ terraform: { backend: { local: {} } }, output: { o: { value: "${var.none}" } } }),
  );
  await expect(planStack(root, "staging", join(root, "plan"))).rejects.toThrow(/undeclared input variable/i);
  expect(existsSync(join(root, "plan", "manifest.json"))).toBe(false);
});

describe("the review", () => {
  const stack = { name: "staging", environment: "staging", region: "us-east-1", account: "111122223333" };
  const stacks = parseStacks(JSON.stringify([{ ...stack, planRole: "p", applyRole: "a", bucket: "states" }]));
  const fetched = (plans: string) =>
    fetchPlans({ stacks, plans, expected: EXPECTED, storeOf: () => store, keys: services.jwks });

  test("reads each plan of its run from the bucket, and prints no secrets", async () => {
    await planned();
    const plans = join(root, "plans");
    const files = await fetched(plans);
    expect(await reviewPlans(PROJECT, plans, files, "A notice.")).toBe(2);
    const text = readFileSync(join(plans, "review.md"), "utf8");
    expect(text).toMatch(/^A notice\.\n\n<!-- .*-->\n## 👀 Plan review/u);
    expect(text).toContain("terraform_data.thing");
    expect(text).toContain(`| staging | \`${readManifest(join(plans, "plan-staging")).plan}\` |`);
    expect(text).not.toContain(SECRET);
    expect(readFileSync(join(plans, "review.json"), "utf8")).not.toContain(SECRET);
    expect(readJsonFile(join(plans, "verdict.json"))).toEqual({ exitCode: 2 });
  });

  test("rejects a plan of another run, and a missing plan", async () => {
    services.claims = { run_id: "41" };
    await planned();
    await expect(fetched(join(root, "plans"))).rejects.toThrow("it is of another run");
    await expect(fetched(join(root, "nowhere"))).rejects.toThrow("manifest.json cannot be read");
  });

  test("reports that nothing was planned when no environment is affected", async () => {
    expect(await reviewPlans(PROJECT, join(root, "plans"), [])).toBe(0);
    expect(readFileSync(join(root, "plans", "review.md"), "utf8")).toBe(
      "No environment is touched: nothing was planned.\n",
    );
  });

  test("fails when a plan cannot be read", async () => {
    await planned();
    const file = join(root, "plans/plan-staging/staging.json");
    writeFileSync(file, "{}");
    await expect(reviewPlans(PROJECT, join(root, "plans"), [file])).rejects.toThrow(
      /^The review said nothing: .*is no plan/,
    );
  });
});

test("a plan after an apply reports no drift", async () => {
  await apply(await planned());
  await planStack(root, "staging", join(root, "plan"));
  expect(driftOf(readPlan(join(root, "plan", "staging.json")).plan)).toEqual([]);
});
