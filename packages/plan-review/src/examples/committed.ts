import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { projectRoot } from "@dev-one/cli/project-root";
import { parsePlan, type PlanSource } from "@dev-one/terraform-json/read-plan";

import { wholeReview } from "../whole-review";
import { type Scenario, scenarios } from "./scenarios";

/** Directories of the plans by real Terraform, and of their reviews. */
const PLANS = join("packages", "plan-review", "src", "examples", "plans");
export const REVIEWS = join("docs", "plan-reviews");

/** The day of the examples, because allowances depend on it. */
const EXAMPLE_DATE = "2026-11-25";

/** The committed plan of a scenario. */
export function committedPlan([name, , environment]: Scenario): PlanSource {
  const json = gunzipSync(readFileSync(join(projectRoot(), PLANS, `${name}.json.gz`)));
  const jsonSha256 = createHash("sha256").update(json).digest("hex");
  return { name: environment, plan: parsePlan(json, name), jsonSha256, planSha256: undefined, synthesized: undefined };
}

/** File name and text of every document in `docs/plan-reviews`: the reviews, and their index. */
export function exampleDocuments(): [file: string, text: string][] {
  const rows = scenarios.map(
    ([name, title, environment, verdict, danger]) =>
      `| [${title}](${name}.md) | ${environment} | ${verdict} | ${danger} |`,
  );
  const index = `# Reviews of real plans

Real Terraform planned each of these changes against a local cloud in which the environment was deployed; the plans are in
\`packages/plan-review/src/examples/plans\`. These are the reviews by [\`npm run review\`](../plan-review.md).

${["| change | environment | verdict | class |", "| --- | --- | --- | --- |", ...rows].join("\n")}
`;
  return [
    ...scenarios.map((each): [string, string] => {
      const { markdown } = wholeReview([committedPlan(each)], { today: EXAMPLE_DATE });
      return [`${each[0]}.md`, markdown];
    }),
    ["README.md", index],
  ];
}
