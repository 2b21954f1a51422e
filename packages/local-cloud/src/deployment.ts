import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { type JsonObject, writeJsonFile } from "@dev-one/cli/json";
import { type FoundProvider, relaxProviders, Terraform, type TerraformEvent } from "@dev-one/terraform-cli";
import { adaptStack, withLocalState } from "@dev-one/terraform-json/local-endpoints";
import { type Plan } from "@dev-one/terraform-json/plan";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

export interface DeploymentOptions {
  readonly stack: SynthesizedStack;
  /** Where the local cloud's API is. */
  readonly url: string;
  /** Where the stand-in for Datadog's API is, for a stack that needs it. @default nowhere */
  readonly datadogUrl?: string | undefined;
  /** Directory for the scratch copy. */
  readonly directory: string;
  /** Terraform's executable. */
  readonly executable: string;
  /** Environment of Terraform: where the cloud and the providers are, and the variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Providers of this machine; their versions go into the scratch copy. */
  readonly providers: readonly FoundProvider[];
  /** Where the state is: the stack's own S3 backend, or a file, for plans without shared state. @default "bucket" */
  readonly state?: "bucket" | "file";
  readonly signal: AbortSignal;
  readonly onEvent?: (event: TerraformEvent) => void;
}

/** Most of a deployment is waiting for the API, so more at a time than Terraform's own 10. */
const PARALLELISM = 30;
const PLAN_FILE = "local-cloud.tfplan";

/** A scratch copy of one stack, and Terraform in it. */
export class Deployment {
  private constructor(private readonly terraform: Terraform) {}

  /** Writes the scratch copy and initializes it. */
  static async open(options: DeploymentOptions): Promise<Deployment> {
    const { stack, directory, executable, env, signal, onEvent } = options;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeJsonFile(join(directory, "cdk.tf.json"), scratchCopy(stack.json, options));
    const terraform = new Terraform({
      executable,
      directory,
      env,
      signal,
      ...(onEvent === undefined ? {} : { onEvent }),
    });
    await terraform.init();
    return new Deployment(terraform);
  }

  async apply(): Promise<void> {
    await this.terraform.apply({ parallelism: PARALLELISM });
  }

  /** Plans against what is there. */
  async plan(): Promise<Plan> {
    await this.terraform.plan({ out: PLAN_FILE, parallelism: PARALLELISM });
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

function scratchCopy(
  stack: JsonObject,
  { url, datadogUrl, providers, state = "bucket" }: DeploymentOptions,
): JsonObject {
  const adapted = adaptStack(relaxProviders(stack, providers).stack, url, datadogUrl);
  return state === "file" ? withLocalState(adapted) : adapted;
}
