import type { Block } from "@dev-one/terraform-json/resources";

/**
 * The query of a monitor. A burn-rate alert names an objective of its stack, whose id is not known before it is made: in a plan
 * its query is not known at all, and what was synthesized is what is judged.
 * @throws Undecided when another monitor's query is not known
 */
export function queryOf(monitor: Block): string | undefined {
  return monitor.text("type") === "slo alert" ? monitor.template("query") : (monitor.text("query") ?? "");
}
