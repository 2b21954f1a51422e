/**
 * Terraform for the other tools.
 *
 *     const { executable } = await findTerraform();
 *     const source = await findProviders(requiredProviders(stack), { scratch });
 *     const { stack: relaxed, relaxations } = relaxProviders(stack, source.found);
 *     writeJsonFile(join(directory, "cdk.tf.json"), relaxed);
 *     const terraform = new Terraform({ executable, directory, env: { ...source.env, ...own }, signal, onEvent });
 *     await terraform.init();
 *     await terraform.apply();
 *
 * Everything throws UserError (packages/cli/src/user-error.ts), whose message is one sentence for the user of the tool.
 * `interruptible` (packages/cli/src/interrupt.ts) gives the signal that stops Terraform on Ctrl-C.
 */
export type { TerraformEvent } from "./events";
export { findTerraform } from "./find";
export { type FoundProvider, MIRROR_VARIABLE, mirrorDirectories } from "./mirrors";
export { findProviders, type ProviderSource } from "./providers";
export { relaxProviders } from "./relax";
export { requiredProviders } from "./requirements";
export { Terraform } from "./run";
export { TerraformError } from "./terraform-error";
