import { costLine } from "@dev-one/cost/cost-line";
import type { PlanSource } from "@dev-one/terraform-json/read-plan";

/** One line for each stack, by its name; none where nothing costs anything. A plan without an estimate is still reviewed. */
export function costLines(sources: readonly PlanSource[]): ReadonlyMap<string, string> {
  return new Map(
    sources.flatMap(({ name, plan }) => {
      const line = costLine(plan);
      return line === undefined ? [] : [[name, line] as const];
    }),
  );
}
