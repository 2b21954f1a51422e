// Writes docs/plan-reviews from the committed plans; with --plan, makes these plans with real Terraform on a local cloud.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";

import { interruptible } from "@dev-one/cli/interrupt";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain, UserError } from "@dev-one/cli/user-error";
import { forgetOwnProfile } from "@dev-one/terraform-json/local-endpoints";
import { Command } from "commander";

import { exampleIndex, exampleReview, planFile, reviewFile, REVIEWS } from "./committed";
import { planScenarios } from "./plan";
import { scenarios } from "./scenarios";
import { trimmed } from "./trim";

const command = new Command("npm run review:examples --")
  .description("Writes the reviews of the example plans into docs/plan-reviews.")
  .argument("[names...]", "only these scenarios", [])
  .option("--plan", "make the plans again first, with real Terraform on a local cloud; takes minutes", false)
  .option("--check", "write nothing; name the reviews that differ from the committed plans, and exit with 1", false)
  .parse();
const names = command.args;
const root = projectRoot();
const wanted = scenarios.filter(({ name }) => names.length === 0 || names.includes(name));

await runMain(() =>
  interruptible(async (signal) => {
    if (command.opts<{ plan: boolean }>().plan) {
      forgetOwnProfile();
      await planScenarios(root, wanted, signal, (scenario, plan) => {
        const file = planFile(root, scenario);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, gzipSync(JSON.stringify(trimmed(plan)), { level: 9 }));
        console.log(`Planned ${scenario.name}`);
      });
    }
    const documents = [
      ...wanted.map((scenario) => ({ file: reviewFile(root, scenario), text: exampleReview(root, scenario) })),
      { file: join(root, REVIEWS, "README.md"), text: exampleIndex() },
    ];
    const stale = documents.filter(({ file, text }) => !existsSync(file) || readFileSync(file, "utf8") !== text);
    const names = stale.map(({ file }) => relative(root, file)).join("\n");
    if (command.opts<{ check: boolean }>().check) {
      if (stale.length > 0) throw new UserError(`${names}\nStale; run \`npm run review:examples\`.`);
      console.log(`The ${documents.length} documents of example reviews are up to date.`);
      return;
    }
    mkdirSync(join(root, REVIEWS), { recursive: true });
    for (const { file, text } of stale) writeFileSync(file, text);
    console.log(stale.length === 0 ? "No example review has changed." : `Wrote\n${names}`);
  }),
);
