import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import {
  findProviders,
  findTerraform,
  type ProviderSource,
  relaxProviders,
  requiredProviders,
} from "@dev-one/terraform-cli";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import type { Steps } from "./steps";

/** Inputs of every step that runs Terraform. */
export interface Tools {
  readonly executable: string;
  readonly providers: ProviderSource;
}

/**
 * Without Terraform or its provider only the synthesis runs; the summary reports that.
 *
 * @param root the project's directory
 * @param scratch directory for Terraform's CLI configuration
 */
export async function findTools(
  steps: Steps,
  root: string,
  scratch: string,
  { json }: SynthesizedStack,
): Promise<Tools> {
  try {
    const { executable, version } = await findTerraform({ root });
    const providers = await providersOf(json, root, scratch);
    steps.say(`\nTerraform ${version} (${executable}). ${providers.description}`);
    for (const each of relaxProviders(json, providers.found).relaxations) steps.say(each);
    return { executable, providers };
  } catch (error) {
    if (error instanceof UserError) steps.leaveOut("local cloud", error.message);
    throw error;
  }
}

/** @returns undefined when Datadog's provider is missing: the AWS resources do not need it */
export async function findMonitoringTools(
  steps: Steps,
  root: string,
  scratch: string,
  { name, json }: SynthesizedStack,
  { executable }: Tools,
): Promise<Tools | undefined> {
  try {
    return { executable, providers: await providersOf(json, root, scratch) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    steps.leaveOut(`deploy ${name}`, error.message);
    steps.say(`\nThe monitoring is left out: ${error.message}`);
    return undefined;
  }
}

const providersOf = (json: SynthesizedStack["json"], root: string, scratch: string): Promise<ProviderSource> =>
  findProviders(requiredProviders(json), { scratch, cache: join(root, ".build", "plugin-cache") });
