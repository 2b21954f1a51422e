import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { type JsonObject, writeJsonFile } from "@dev-one/cli/json";
import { type FoundProvider, relaxProviders, Terraform, type TerraformEvent } from "@dev-one/terraform-cli";
import { adaptStack, withLocalState } from "@dev-one/terraform-json/local-endpoints";
import type { RawPlan } from "@dev-one/terraform-json/read-plan";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

export interface DeploymentOptions {
  readonly stack: SynthesizedStack;
  /** URL of the local cloud's API. */
  readonly url: string;
  /** URL of the stand-in for Datadog's API, for a stack that needs it. @default a closed port */
  readonly datadogUrl?: string | undefined;
  /** Directory for the scratch copy. */
  readonly directory: string;
  /** Terraform's executable. */
  readonly executable: string;
  /** Environment of Terraform: endpoints of the cloud, source of the providers, and variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Providers in mirrors of this machine; the scratch copy requires their versions. */
  readonly providers: readonly FoundProvider[];
  /** Location of the state: the stack's S3 backend, or a file, for plans without shared state. @default "bucket" */
  readonly state?: "bucket" | "file" | undefined;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: TerraformEvent) => void;
}

/** Exceeds Terraform's default of 10, because a deployment mostly waits for the API. */
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

  /** Plans against the deployed resources. */
  async plan(): Promise<RawPlan> {
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
