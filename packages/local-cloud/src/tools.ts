import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import {
  describeRelaxation,
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

interface Places {
  /** The project's directory. */
  readonly root: string;
  /** Directory for Terraform's CLI configuration. */
  readonly scratch: string;
}

/** Without Terraform or its provider only the synthesis runs; the summary reports that. */
export async function findTools(steps: Steps, places: Places, { json }: SynthesizedStack): Promise<Tools> {
  try {
    const { executable, version } = await findTerraform({ root: places.root });
    const providers = await providersOf(json, places);
    steps.say(`\nTerraform ${version} (${executable}). ${providers.description}`);
    for (const relaxation of relaxProviders(json, providers.found).relaxations)
      steps.say(describeRelaxation(relaxation));
    return { executable, providers };
  } catch (error) {
    if (error instanceof UserError) steps.leaveOut("local cloud", error.message);
    throw error;
  }
}

/** Datadog's provider may be missing, and the AWS resources do not need it. */
export async function findMonitoringTools(
  steps: Steps,
  places: Places,
  { name, json }: SynthesizedStack,
  { executable }: Tools,
): Promise<Tools | undefined> {
  try {
    return { executable, providers: await providersOf(json, places) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    steps.leaveOut(`deploy ${name}`, error.message);
    steps.say(`\nThe monitoring is left out: ${error.message}`);
    return undefined;
  }
}

const providersOf = (json: SynthesizedStack["json"], { root, scratch }: Places): Promise<ProviderSource> =>
  findProviders(requiredProviders(json), { scratch, cache: join(root, ".build", "plugin-cache") });
