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
export type { Diagnostic, ResourceAction, TerraformEvent } from "./events";
export { findTerraform, type FindTerraformOptions, type FoundTerraform, MINIMUM_TERRAFORM } from "./find";
export { type FoundProvider, MIRROR_VARIABLE, mirrorDirectories } from "./mirrors";
export { findProviders, isRegistryReachable, type ProviderSource, type ProviderSourceOptions } from "./providers";
export { describeRelaxation, type Relaxation, type Relaxed, relaxProviders } from "./relax";
export { type ProviderRequirement, REGISTRY, requiredProviders } from "./requirements";
export { type ChangeOptions, type InitOptions, type PlanOptions, Terraform, type TerraformOptions } from "./run";
export { describeDiagnostic, TerraformError } from "./terraform-error";
