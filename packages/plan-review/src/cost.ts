import type { JsonObject } from "@dev-one/cli/json";
import { costLine } from "@dev-one/cost/cost-line";
import { isPriced } from "@dev-one/cost/coverage";
import type { PlanSource } from "@dev-one/terraform-json/read-plan";

/** One line for each stack, by its name; none where nothing has a price. A plan that cannot be priced is reviewed all the same. */
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
    // Any plan may come here, also one whose values are of no shape that the price list knows.
    return "Cost: not estimated. The plan holds values that cannot be priced.";
  }
}
