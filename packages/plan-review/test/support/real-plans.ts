import { join } from "node:path";

import type { PlanSource } from "@dev-one/terraform-json/read-plan";

import { committedPlan } from "../../src/examples/committed";
import { type Scenario, scenarios } from "../../src/examples/scenarios";

const ROOT = join(__dirname, "..", "..", "..", "..");

/** The plans that real Terraform made, with what the review must say of them. */
export function realPlans(): { scenario: Scenario; plan: PlanSource }[] {
  return scenarios.map((scenario) => ({ scenario, plan: committedPlan(ROOT, scenario) }));
}
