import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type JsonObject, writeJsonFile } from "@dev-one/cli/json";
import { Emulator } from "@dev-one/local-cloud/emulator";
import { findProviders, findTerraform, relaxProviders, requiredProviders, Terraform } from "@dev-one/terraform-cli";
import {
  adaptStack,
  cloudEnvironment,
  variableEnvironment,
  withLocalState,
} from "@dev-one/terraform-json/local-endpoints";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { staging } from "../../../src/environments";
import { ROOT } from "../documents/support/project";

const PLAN_FILE = "changed.tfplan";
const APPLY = { parallelism: 30 };

/** A plan of one stack. */
export interface StackPlan {
  /** The plan as JSON. */
  readonly file: string;
  /** Actions and types of the changed resources. */
  readonly changes: readonly string[];
}

/** A local cloud in which stacks of staging are deployed, each with its state in a file. */
export class StagingCloud {
  private readonly stacks = new Map<string, { put: (json: JsonObject) => void; terraform: Terraform }>();

  private constructor(
    private readonly scratch: string,
    private readonly emulator: Emulator,
  ) {}

  static async deploy(stacks: readonly SynthesizedStack[]): Promise<StagingCloud> {
    const scratch = mkdtempSync(join(tmpdir(), "dev-one-changes-"));
    const log = join(scratch, "emulator.log");
    const emulator = await Emulator.start({ root: ROOT, accountId: staging.accountId, log });
    const cloud = new StagingCloud(scratch, emulator);
    try {
      await Promise.all(stacks.map((stack) => cloud.deployStack(stack)));
    } catch (error) {
      await cloud.stop();
      throw error;
    }
    return cloud;
  }

  private async deployStack({ name, json }: SynthesizedStack): Promise<void> {
    const directory = join(this.scratch, name);
    mkdirSync(directory);
    const { executable } = await findTerraform({ root: ROOT });
    const providers = await findProviders(requiredProviders(json), {
      scratch: join(directory, "providers"),
      cache: join(ROOT, ".build", "plugin-cache"),
    });
    const env = {
      ...cloudEnvironment(this.emulator.url, staging.region),
      ...variableEnvironment(),
      ...providers.env,
    };
    const terraform = new Terraform({ executable, directory, env });
    const put = (changed: JsonObject): void => {
      const adapted = adaptStack(relaxProviders(changed, providers.found).stack, this.emulator.url);
      writeJsonFile(join(directory, "cdk.tf.json"), withLocalState(adapted));
    };
    put(json);
    await terraform.init();
    await terraform.apply(APPLY);
    // A second apply refreshes the state: a role has its policies in the state only after the next read.
    await terraform.apply(APPLY);
    this.stacks.set(name, { put, terraform });
  }

  /** Plans a stack with other JSON. */
  async plan({ name, json }: SynthesizedStack): Promise<StackPlan> {
    const stack = this.stacks.get(name);
    if (stack === undefined) throw new Error(`${name} is not deployed`);
    stack.put(json);
    await stack.terraform.plan({ out: PLAN_FILE, refresh: false, ...APPLY });
    const file = join(this.scratch, `${name}.json`);
    const plan = await stack.terraform.showPlan(PLAN_FILE);
    writeJsonFile(file, plan as unknown as JsonObject);
    const changes = (plan.resource_changes ?? [])
      .filter(({ change }) => !["no-op", "read"].includes(change.actions.join()))
      .map(({ type, change }) => `${change.actions.join(" and ")} ${type}`);
    return { file, changes };
  }

  async stop(): Promise<void> {
    await this.emulator.stop();
    rmSync(this.scratch, { recursive: true, force: true });
  }
}
