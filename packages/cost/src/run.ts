import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { readJsonFile } from "@dev-one/cli/json";
import { replaceFile } from "@dev-one/cli/replace-file";
import { UserError } from "@dev-one/cli/user-error";
import { readPlan } from "@dev-one/terraform-json/read-plan";
import { readStacks, stacksFrom, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import type { Arguments } from "./arguments";
import { environmentsIn, overridesOf } from "./assumptions";
import { compare, summaryOf } from "./compare";
import { type Estimate, estimate } from "./estimate";
import { comparisonJson, estimateJson } from "./json-report";
import { comparisonReport, costDocument, DOCUMENT, estimateReport, notPricedLines } from "./report";
import { fromChange, fromStacks } from "./resources";

/** @throws UserError when something cannot be read, before any file is written */
export async function run(root: string, options: Arguments, say: (text: string) => void): Promise<void> {
  const file = join(root, DOCUMENT);
  const { estimates, text, json } = await reportOf(root, options);
  if (options.check) {
    if (!existsSync(file) || readFileSync(file, "utf8") !== costDocument(estimates)) {
      throw new UserError(`${DOCUMENT} is not what the configuration costs now: run \`npm run cost -- --write\`.`);
    }
    say(`${DOCUMENT} is up to date.`);
    return;
  }
  if (options.json !== undefined) replaceFile(options.json, `${JSON.stringify(json, null, 2)}\n`);
  if (!options.write) {
    say(text);
    return;
  }
  replaceFile(file, costDocument(estimates));
  const notPriced = notPricedLines(estimates);
  for (const line of [...notPriced, `Wrote ${DOCUMENT}.`]) say(line);
}

async function reportOf(root: string, options: Arguments) {
  const { compare: other } = options;
  if (other !== undefined && !existsSync(other)) throw new UserError(`${other} cannot be read.`);
  if (other !== undefined && statSync(other).isFile()) return planReport(other, options);
  const estimates = estimatesOf(await stacksFrom(root, options.synth), options);
  const environments = estimates.map(estimateJson);
  if (other === undefined) {
    return { estimates, text: estimateReport(estimates, options.markdown), json: { environments } };
  }
  const before = estimatesOf(readStacks(other), options);
  const names = [...new Set([...estimates, ...before].map(({ environment }) => environment))].sort();
  const comparisons = names.map((name) => {
    const [one, other] = [before, estimates].map((side) => side.find(({ environment }) => environment === name));
    return compare(one, other);
  });
  const json = { environments, comparisons: comparisons.map(comparisonJson) };
  return { estimates, text: comparisonReport(comparisons, estimates), json };
}

function planReport(file: string, options: Arguments) {
  if (options.synth !== undefined) throw new UserError("A plan has both sides in it: leave out --synth.");
  const { before, after } = fromChange(readPlan(file).plan);
  const { environment } = after;
  if (options.environment !== undefined && options.environment !== environment) {
    throw new UserError(`${file} is a plan of ${environment}, not of ${options.environment}.`);
  }
  const overrides = readOverrides(options).of(environment);
  const [old, now] = [estimate(before, ...overrides), estimate(after, ...overrides)];
  const comparison = compare(old, now);
  return {
    estimates: [now],
    text: `${comparisonReport([comparison], [old, now])}\n\nIn one line: ${summaryOf(comparison)}.`,
    json: { priceList: estimateJson(now).priceList ?? null, comparisons: [comparisonJson(comparison)] },
  };
}

function estimatesOf(stacks: readonly SynthesizedStack[], options: Arguments): Estimate[] {
  const overrides = readOverrides(options);
  const all = fromStacks(stacks);
  const known = all.map(({ environment }) => environment);
  const named = [...overrides.environments, ...(options.environment === undefined ? [] : [options.environment])];
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const place = unknown === options.environment ? "--environment" : (options.assumptions ?? "");
    throw new UserError(`${place}: there is no environment "${unknown}". Environments: ${known.join(", ")}.`);
  }
  return all
    .filter(({ environment }) => environment === (options.environment ?? environment))
    .map((each) => estimate(each, ...overrides.of(each.environment)));
}

/** The overrides of the assumptions file, replaced by those of the command line. */
function readOverrides({ assumptions: file, assume }: Arguments) {
  if (file === undefined) return { environments: [], of: () => [assume] };
  const json = readJsonFile(file);
  return {
    environments: environmentsIn(json),
    of: (environment: string) => [overridesOf(json, environment, file), assume],
  };
}
