import { fromSynthesis } from "@dev-one/terraform-json/resources";
import { stackNamed, stacksFrom } from "@dev-one/terraform-json/synthesis";

import { type Environment, stackNames } from "../../../src/environments";
import type { Stacks } from "./context";

/** The stacks of an environment, of an existing synthesis or a new one. @throws UserError about an invalid configuration */
export async function stacksOf(environment: Environment, root: string, directory?: string): Promise<Stacks> {
  const all = await stacksFrom(root, directory);
  const { state, platform, monitoring } = stackNames(environment);
  const stack = (name: string) => fromSynthesis(name, stackNamed(all, name).json);
  return { state: stack(state), platform: stack(platform), monitoring: stack(monitoring) };
}
