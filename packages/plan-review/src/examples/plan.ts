// Plans the scenarios with real Terraform, against a local cloud in which both environments are deployed.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type JsonObject, writeJsonFile } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { Emulator } from "@dev-one/local-cloud/emulator";
import {
  findProviders,
  findTerraform,
  type ProviderSource,
  relaxProviders,
  requiredProviders,
  Terraform,
} from "@dev-one/terraform-cli";
import {
  adaptStack,
  cloudEnvironment,
  variableEnvironment,
  withLocalState,
} from "@dev-one/terraform-json/local-endpoints";
import { readStacks, stackNamed, synthesize } from "@dev-one/terraform-json/synthesis";

import { type Environment, environments } from "../../../../src/environments";
import type { Scenario } from "./scenarios";

const COPIED = [
  "main.ts",
  "src",
  "packages",
  "scripts/run.mjs",
  "scripts/bundle.mjs",
  "cdktf.json",
  "package.json",
  "package-lock.json",
];
const PLAN_FILE = "example.tfplan";
const PARALLELISM = 30;
/** Without refresh, because nothing changes the local cloud outside Terraform. */
const PLAN_OPTIONS = { parallelism: PARALLELISM, refresh: false };

/** Calls back with the plan of each scenario, as Terraform wrote it. Takes minutes. */
export async function planScenarios(
  root: string,
  wanted: readonly Scenario[],
  signal: AbortSignal,
  onPlan: (scenario: Scenario, plan: JsonObject) => void,
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-plan-reviews-"));
  try {
    const { executable } = await findTerraform({ root });
    for (const environment of environments) {
      const mine = wanted.filter((scenario) => scenario.environment === environment.name);
      if (mine.length === 0) continue;
      const json = await synthesizeScenario(root, scratch, environment, [], signal);
      const providers = await findProviders(requiredProviders(json), {
        scratch,
        cache: join(root, ".build", "plugin-cache"),
      });
      const log = join(scratch, `${environment.name}.log`);
      const emulator = await Emulator.start({ root, accountId: environment.accountId, log });
      try {
        await planEnvironment(
          { root, scratch, environment, json, providers, emulator, executable, signal },
          mine,
          onPlan,
        );
      } finally {
        await emulator.stop();
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Workplace {
  readonly root: string;
  readonly scratch: string;
  readonly environment: Environment;
  /** The stack as it is committed. */
  readonly json: JsonObject;
  readonly providers: ProviderSource;
  readonly emulator: Emulator;
  readonly executable: string;
  readonly signal: AbortSignal;
}

async function planEnvironment(
  place: Workplace,
  mine: readonly Scenario[],
  onPlan: (scenario: Scenario, plan: JsonObject) => void,
): Promise<void> {
  const { root, scratch, environment, json, providers, emulator, executable, signal } = place;
  const directory = join(scratch, environment.name);
  mkdirSync(directory);
  const put = (stack: JsonObject): void => {
    const adapted = adaptStack(relaxProviders(stack, providers.found).stack, emulator.url);
    writeJsonFile(join(directory, "cdk.tf.json"), withLocalState(adapted));
  };
  const env = { ...cloudEnvironment(emulator.url, environment.region), ...variableEnvironment(), ...providers.env };
  const terraform = new Terraform({ executable, directory, env, signal });
  put(json);
  await terraform.init();
  const plan = async (scenario: Scenario): Promise<void> => {
    put(await synthesizeScenario(root, scratch, environment, scenario.edits, signal));
    try {
      await terraform.plan({ out: PLAN_FILE, ...PLAN_OPTIONS, destroy: scenario.destroy === true });
    } catch (error) {
      // Terraform also writes a plan that it could not finish, marked as errored.
      if (scenario.verdict !== "error" || signal.aborted) throw error;
    }
    onPlan(scenario, JSON.parse(await terraform.planAsJson(PLAN_FILE)) as JsonObject);
  };
  for (const scenario of mine.filter(({ against }) => against === "nothing")) await plan(scenario);
  put(json);
  await terraform.apply({ parallelism: PARALLELISM });
  // A second apply refreshes the state: a role has its policies in the state only after the next read.
  await terraform.apply({ parallelism: PARALLELISM });
  for (const scenario of mine.filter(({ against }) => against !== "nothing")) await plan(scenario);
}

/** The environment's stack, from a copy of the project with the edits made. */
async function synthesizeScenario(
  root: string,
  scratch: string,
  environment: Environment,
  edits: Scenario["edits"],
  signal: AbortSignal,
): Promise<JsonObject> {
  const copy = mkdtempSync(join(scratch, "project-"));
  for (const path of COPIED) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const { file, from, to } of edits) {
    const text = readFileSync(join(copy, file), "utf8");
    if (!(typeof from === "string" ? text.includes(from) : from.test(text)))
      throw new UserError(`${file} does not hold ${String(from)}: correct the edit of the scenario.`);
    writeFileSync(join(copy, file), text.replace(from, to));
  }
  const outdir = join(copy, "cdktf.out");
  try {
    await synthesize(copy, outdir, signal);
  } catch (error) {
    // A scenario may break a policy rule on purpose; the synthesis then exits with 1 after it has written all stacks.
    if (edits.length === 0 || signal.aborted || !existsSync(join(outdir, "stacks"))) throw error;
  }
  rmSync(join(copy, ".build"), { recursive: true, force: true });
  return stackNamed(readStacks(outdir), environment.name).json;
}
