import type { Block } from "@dev-one/terraform-json/resources";

/**
 * The query of a monitor. A burn-rate alert names an SLO of its stack, whose id is known after the apply: a plan does not contain the
 * query, and the rules check it in the synthesized JSON.
 * @throws Undecided when another monitor's query is not known
 */
export function queryOf(monitor: Block): string | undefined {
  return monitor.text("type") === "slo alert" ? monitor.template("query") : (monitor.text("query") ?? "");
}
