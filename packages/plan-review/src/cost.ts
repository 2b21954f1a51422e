import type { JsonObject } from "@dev-one/cli/json";
import { costLine } from "@dev-one/cost/cost-line";
import { isPriced } from "@dev-one/cost/coverage";
import type { PlanSource } from "@dev-one/terraform-json/read-plan";

/** One line for each stack, by its name; none where no resource has a price. A plan without an estimate is still reviewed. */
export function costLines(sources: readonly PlanSource[]): ReadonlyMap<string, string> {
  return new Map(
    sources.flatMap(({ name, plan }) => {
      const isOfCost = (plan.resource_changes ?? []).some(({ type }) => isPriced(type));
      const line = isOfCost ? lineOf(plan as unknown as JsonObject) : undefined;
      return line === undefined ? [] : [[name, line] as const];
    }),
  );
}

function lineOf(plan: JsonObject): string | undefined {
  try {
    return costLine(plan);
  } catch {
    // Plans may have values that the price list cannot read.
    return "Cost: not estimated. The plan holds values that cannot be priced.";
  }
}
