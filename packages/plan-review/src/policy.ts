import type { JsonObject } from "@dev-one/cli/json";
import { objectAt } from "@dev-one/cli/json";
import { judge, rules, suppressions } from "@dev-one/policy";
import type { PlanSource } from "@dev-one/terraform-json/read-plan";
import { fromPlan } from "@dev-one/terraform-json/resources";

import { environments, stackNames } from "../../../src/environments";
import { withoutKeys } from "./model/change";
import { constructPaths, derivedPath } from "./model/configuration";
import type { PolicyFinding } from "./model/stack-plan";

/** What the provider tags every resource of this project with. */
const PROJECT = "dev-one";

/**
 * What the rules of packages/policy/src say of plans, by stack. They speak of how this project builds: a plan of another one is left
 * to the review alone.
 * @param today such as `2026-11-25`; a suppression that has ended does not count
 */
export function policyFindings(
  sources: readonly PlanSource[],
  today: string,
): ReadonlyMap<string, readonly PolicyFinding[]> {
  return new Map(sources.filter(isOurs).map((source) => [source.name, closed(source, today)]));
}

/** Values of no shape that a rule knows are not taken for good ones. */
function closed(source: PlanSource, today: string): PolicyFinding[] {
  try {
    return findingsOf(source, today);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return [
      {
        ruleId: "unreadable",
        title: "Every plan can be judged",
        address: source.name,
        reason: "the plan holds values that the rules cannot read",
        remedy: "Judge the plan by `npm run policy -- --plan FILE`, which says where it stops.",
      },
    ];
  }
}

/** By the name, which CI gives, or by the tag: either is enough, so that a plan cannot leave the rules by changing one. */
function isOurs({ name, plan }: PlanSource): boolean {
  const names = environments.flatMap((environment) => Object.values(stackNames(environment)));
  return names.some((each) => each === name) || projectOf(plan.configuration ?? {}) === PROJECT;
}

function projectOf(configuration: JsonObject): unknown {
  const tags = objectAt(configuration, "provider_config", "aws", "expressions")?.default_tags;
  const [first] = Array.isArray(tags) ? tags : [];
  return objectAt({ first: first ?? null }, "first", "tags", "constant_value")?.project;
}

function findingsOf(source: PlanSource, today: string): PolicyFinding[] {
  const { name, plan } = source;
  const stack = fromPlan(name, plan, { paths: pathsOf(source) });
  const titles = new Map(rules.map(({ id, title }) => [id, title]));
  const found = new Map<string, PolicyFinding>();
  for (const { rule, address, problem, remedy } of judge([stack], { rules, suppressions, today }).findings) {
    // A suppression that has ended stands in no resource.
    const where = address === "" ? name : address;
    const key = `${rule} ${where}`;
    const known = found.get(key);
    const reason = known === undefined ? problem : `${known.reason}; ${problem}`;
    found.set(key, {
      ruleId: rule,
      title: titles.get(rule) ?? "A suppression has ended",
      address: where,
      reason,
      remedy,
    });
  }
  return [...found.values()];
}

/** Suppressions name construct paths, without the stack. */
function pathsOf({ plan, synthesized }: PlanSource): Map<string, string> {
  const known = constructPaths(synthesized);
  return new Map(
    (plan.resource_changes ?? []).flatMap(({ address }) => {
      const base = withoutKeys(address);
      const path = known.get(base)?.replace(/^[^/]+\//, "") ?? derivedPath(base);
      return path === undefined ? [] : [[base, path] as const];
    }),
  );
}
