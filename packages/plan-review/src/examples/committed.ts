import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { UserError } from "@dev-one/cli/user-error";
import { parsePlan, type PlanSource } from "@dev-one/terraform-json/read-plan";

import { wholeReview } from "../whole-review";
import { type Scenario, scenarios } from "./scenarios";

/** Directories of the plans by real Terraform, and of their reviews. */
const PLANS = join("packages", "plan-review", "src", "examples", "plans");
export const REVIEWS = join("docs", "plan-reviews");

/** The day of the examples, because allowances depend on it. */
const EXAMPLE_DATE = "2026-11-25";

export const planFile = (root: string, { name }: Scenario): string => join(root, PLANS, `${name}.json.gz`);
export const reviewFile = (root: string, { name }: Scenario): string => join(root, REVIEWS, `${name}.md`);

/** The plan of a scenario. @throws UserError when it has not been made yet */
export function committedPlan(root: string, scenario: Scenario): PlanSource {
  const file = planFile(root, scenario);
  if (!existsSync(file)) throw new UserError(`${file} is missing: make it with \`npm run review:examples -- --plan\`.`);
  const json = gunzipSync(readFileSync(file));
  return {
    name: scenario.environment,
    plan: parsePlan(json, file),
    jsonSha256: createHash("sha256").update(json).digest("hex"),
    planSha256: undefined,
    synthesized: undefined,
  };
}

/** The review of a scenario as Markdown. */
export function exampleReview(root: string, scenario: Scenario): string {
  return wholeReview([committedPlan(root, scenario)], { today: EXAMPLE_DATE }).markdown;
}

/** The index page of the examples. */
export function exampleIndex(): string {
  const rows = scenarios.map(
    ({ name, title, environment, verdict, danger }) =>
      `| [${title}](${name}.md) | ${environment} | ${verdict} | ${danger} |`,
  );
  return `# Reviews of real plans

Real Terraform planned each of these changes against a local cloud in which the environment was deployed
(\`npm run review:examples -- --plan\`, with the edits of \`packages/plan-review/src/examples/scenarios.ts\`). These are the reviews by
[\`npm run review\`](../plan-review.md).

${["| change | environment | verdict | class |", "| --- | --- | --- | --- |", ...rows].join("\n")}
`;
}
