import { type JsonObject, writeJsonFile } from "@dev-one/cli/json";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain } from "@dev-one/cli/user-error";

import { evaluate, rules, suppressions } from ".";
import { parseArguments } from "./arguments";
import { printReport, printRules } from "./print";
import { plannedStacks, synthesizedStacks } from "./stacks";

async function main(): Promise<void> {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === undefined) return;
  if (parsed.list) {
    console.log(printRules(rules));
    return;
  }
  const root = projectRoot();
  const stacks = parsed.plan.length > 0 ? await plannedStacks(root, parsed.plan) : await synthesizedStacks(root);
  const report = evaluate(stacks, { rules, suppressions, today: new Date().toISOString().slice(0, 10) });
  if (parsed.json !== undefined) writeJsonFile(parsed.json, report as unknown as JsonObject);
  console.log(printReport(report));
  if (report.findings.length > 0) process.exitCode = 1;
}

await runMain(main);
