import { join } from "node:path";

import { committedPlan } from "../../../../tools/review/examples/committed";
import { type Scenario, scenarios } from "../../../../tools/review/examples/scenarios";
import type { PlanSource } from "../../../../tools/review/plan/read-plan";

const ROOT = join(__dirname, "..", "..", "..", "..");

/** The plans that real Terraform made, with what the review must say of them. */
export function realPlans(): { scenario: Scenario; plan: PlanSource }[] {
  return scenarios.map((scenario) => ({ scenario, plan: committedPlan(ROOT, scenario) }));
}
