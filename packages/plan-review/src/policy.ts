import { evaluate, rules, suppressions } from "@dev-one/policy";
import { Configuration } from "@dev-one/terraform-json/configuration";
import type { PlanSource } from "@dev-one/terraform-json/read-plan";
import { fromPlan } from "@dev-one/terraform-json/resources";

import { environments, stackNames } from "../../../src/environments";
import type { PolicyFinding } from "./model/stack-plan";
import { groupBy } from "./text";

/** The value of the provider's default tag `project`. */
const PROJECT = "dev-one";

/**
 * Findings of the policy rules for a plan. The rules are about this project's resources, so that a plan of another project has none.
 * @param today such as `2026-11-25`; a suppression that has ended does not count
 */
export function policyFindings(source: PlanSource, today: string): PolicyFinding[] {
  if (!isOurs(source)) return [];
  try {
    return findingsOf(source, today);
  } catch {
    // A plan that makes a rule throw has a finding, so that it does not pass unchecked.
    return [
      {
        ruleId: "unreadable",
        title: "The rules can read every plan",
        address: source.name,
        reason: "the plan holds values that the rules cannot read",
        remedy: "Run `npm run policy -- --plan FILE`, which shows where the rules fail.",
      },
    ];
  }
}

/** By the stack's name, which CI sets, or by the project tag: either is enough, so that a plan cannot evade the rules by changing one. */
function isOurs({ name, plan }: PlanSource): boolean {
  const names = environments.flatMap((environment) => Object.values(stackNames(environment)));
  const provider = new Configuration(plan.configuration ?? {}).providers().find(({ key }) => key === "aws");
  return names.some((each) => each === name) || provider?.defaultTags[0]?.project === PROJECT;
}

function findingsOf({ name, plan, synthesized }: PlanSource, today: string): PolicyFinding[] {
  const stack = fromPlan(name, plan, { synthesized });
  const { findings } = evaluate([stack], { rules, suppressions, today });
  return [...groupBy(findings, ({ rule, address }) => `${rule} ${address}`).values()].flatMap((group) =>
    group.slice(0, 1).map(({ rule, address, remedy }) => ({
      ruleId: rule,
      title: rules.find(({ id }) => id === rule)?.title ?? "Suppressions name a rule and end on a later day",
      // A finding about a suppression has no address.
      address: address === "" ? name : address,
      reason: group.map(({ problem }) => problem).join("; "),
      remedy,
    })),
  );
}
