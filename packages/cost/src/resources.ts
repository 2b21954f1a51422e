import { printable } from "@dev-one/cli/printable";
import { UserError } from "@dev-one/cli/user-error";
import { type RawPlan, UNFINISHED } from "@dev-one/terraform-json/read-plan";
import { fromPlan, fromSynthesis, type Resource, type Stack } from "@dev-one/terraform-json/resources";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

/** The resources of an environment. */
export interface EnvironmentResources {
  readonly environment: string;
  readonly region: string;
  /** By address, so that the order depends on neither the machine nor the order of stacks. */
  readonly resources: readonly Resource[];
}

/** The environments of synthesized stacks, by name. @throws UserError when a stack names neither its environment nor its region */
export function fromStacks(stacks: readonly Pick<SynthesizedStack, "name" | "json">[]): EnvironmentResources[] {
  const environments = new Map<string, EnvironmentResources>();
  for (const { name, json } of stacks) {
    const { environment, region, resources } = environmentOf(fromSynthesis(name, json));
    const known = environments.get(environment) ?? { environment, region, resources: [] };
    if (known.region !== region) {
      throw new UserError(`Environment ${environment} is in two regions, ${known.region} and ${region}.`);
    }
    environments.set(environment, { ...known, resources: inOrder([...known.resources, ...resources]) });
  }
  return [...environments.values()].sort((one, other) => (one.environment < other.environment ? -1 : 1));
}

/**
 * The resources of a plan's stack on both sides of the plan, with the unchanged ones. The configuration says the region after the
 * change only; before, it is the region of the resources themselves.
 * @throws UserError when the plan ended with an error
 */
export function fromChange(plan: RawPlan): Readonly<Record<"before" | "after", EnvironmentResources>> {
  if (plan.errored === true) throw new UserError(UNFINISHED);
  const before = environmentOf(fromPlan("plan", plan, { side: "before" }));
  const after = environmentOf(fromPlan("plan", plan));
  const regions = new Set(before.resources.map(({ values }) => values.region).filter((each) => each !== undefined));
  const [region] = regions;
  return { before: regions.size === 1 && typeof region === "string" ? { ...before, region } : before, after };
}

/** Both names are restricted, because reports print them. */
function environmentOf({ name, source, environment, region = "", resources }: Stack): EnvironmentResources {
  if (![environment, region].every((each) => /^[a-z][a-z0-9-]{0,40}$/.test(each))) {
    const where = source === "plan" ? "The plan" : `Stack ${printable(name)}`;
    throw new UserError(`${where} does not say its region and its env tag in the AWS provider.`);
  }
  return { environment, region, resources: inOrder(resources) };
}

function inOrder(resources: readonly Resource[]): Resource[] {
  return [...resources].sort((one, other) => (one.address < other.address ? -1 : Number(one.address > other.address)));
}
