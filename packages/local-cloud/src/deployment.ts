import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { writeJsonFile } from "@dev-one/cli/json";
import { type FoundProvider, relaxProviders, Terraform } from "@dev-one/terraform-cli";
import { adaptStack, withLocalState } from "@dev-one/terraform-json/local-endpoints";
import type { RawPlan } from "@dev-one/terraform-json/read-plan";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

type TerraformOptions = ConstructorParameters<typeof Terraform>[0];

/** The directory is that of the scratch copy. */
export interface DeploymentOptions extends TerraformOptions {
  readonly stack: SynthesizedStack;
  /** URL of the local cloud's API. */
  readonly url: string;
  /** URL of the stand-in for Datadog's API, for a stack that needs it. @default a closed port */
  readonly datadogUrl?: string | undefined;
  /** Providers in mirrors of this machine; the scratch copy requires their versions. */
  readonly providers: readonly FoundProvider[];
  /** Location of the state: the stack's S3 backend, or a file, for plans without shared state. @default "bucket" */
  readonly state?: "bucket" | "file" | undefined;
}

/** Exceeds Terraform's default of 10, because a deployment mostly waits for the API. */
const PARALLELISM = 30;
const PLAN_FILE = "local-cloud.tfplan";

/** A scratch copy of one stack, and Terraform in it. */
export class Deployment {
  private constructor(
    private readonly terraform: Terraform,
    private readonly planning: Terraform,
  ) {}

  /** Writes the scratch copy and initializes it. */
  static async open(options: DeploymentOptions): Promise<Deployment> {
    const { stack, url, datadogUrl, providers, state, directory } = options;
    const adapted = adaptStack(relaxProviders(stack.json, providers).stack, url, datadogUrl);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeJsonFile(join(directory, "cdk.tf.json"), state === "file" ? withLocalState(adapted) : adapted);
    const terraform = new Terraform(withCaller(options, "apply"));
    await terraform.init();
    return new Deployment(terraform, new Terraform(withCaller(options, "plan")));
  }

  async apply(): Promise<void> {
    await this.terraform.apply({ parallelism: PARALLELISM });
  }

  /** Plans against the deployed resources. */
  async plan(): Promise<RawPlan> {
    await this.planning.plan({ out: PLAN_FILE, parallelism: PARALLELISM });
    return this.terraform.showPlan(PLAN_FILE);
  }

  async destroy(): Promise<void> {
    await this.terraform.destroy({ parallelism: PARALLELISM });
  }

  /** Number of resources in the state. */
  async countResources(): Promise<number> {
    const addresses = await this.terraform.stateList();
    return addresses.filter((address) => !address.startsWith("data.")).length;
  }
}

/** Names the CI role that runs the command on AWS, for the emulator's record of calls; the AWS provider and the S3 backend send it. */
function withCaller(options: DeploymentOptions, role: "plan" | "apply"): DeploymentOptions {
  return { ...options, env: { ...options.env, TF_APPEND_USER_AGENT: `dev-one-${role}` } };
}
