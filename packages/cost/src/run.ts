import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type JsonObject, readJsonFile } from "@dev-one/cli/json";
import { replaceFile } from "@dev-one/cli/replace-file";
import { UserError } from "@dev-one/cli/user-error";
import { synthesize } from "@dev-one/terraform-json/synthesis";

import type { Arguments } from "./arguments";
import { assumptionsOf, environmentsIn, type Overrides, overridesOf } from "./assumptions";
import { compare, type Comparison, summaryOf } from "./compare";
import { comparePlan } from "./cost-line";
import { type Estimate, estimate } from "./estimate";
import { type Block, comparisonBlocks, details, listSentence, overview, ROUNDING } from "./report/blocks";
import { basis, costDocument, DOCUMENT } from "./report/document";
import { comparisonJson, estimateJson, listJson } from "./report/json";
import { toMarkdown, toText } from "./report/render";
import { readSynthesis } from "./resources/synthesized";

export interface Run {
  readonly root: string;
  readonly options: Arguments;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** @throws UserError when something cannot be read or priced, before any file is written */
export async function run({ root, options, signal, say }: Run): Promise<void> {
  const overrides = readOverrides(options);
  const report = await reportOf(root, options, overrides, signal);
  if (options.check) {
    checkDocument(root, report.estimates);
    say(`${DOCUMENT} is up to date.`);
    return;
  }
  if (options.json !== undefined) writeWhole(options.json, `${JSON.stringify(report.json, null, 2)}\n`);
  if (options.write) {
    writeWhole(join(root, DOCUMENT), costDocument(report.estimates));
    say(`Wrote ${DOCUMENT}.`);
    return;
  }
  say(options.markdown ? toMarkdown(report.blocks).trimEnd() : toText(report.blocks));
}

interface Report {
  readonly estimates: readonly Estimate[];
  readonly blocks: readonly Block[];
  readonly json: JsonObject;
}

async function reportOf(
  root: string,
  options: Arguments,
  overrides: ChosenOverrides,
  signal: AbortSignal,
): Promise<Report> {
  const { compare: other } = options;
  if (other !== undefined && !existsSync(other)) throw new UserError(`${other} cannot be read.`);
  if (other !== undefined && statSync(other).isFile()) return planReport(other, options, overrides);
  const estimates = await estimatesOf(root, options, overrides, signal);
  if (other === undefined) return estimateReport(estimates, options);
  const before = readEstimates(other, options, overrides);
  const names = [...new Set([...estimates, ...before].map(({ environment }) => environment))].sort();
  const find = (from: readonly Estimate[], name: string) => from.find(({ environment }) => environment === name);
  const comparisons = names.map((name) => compare(find(before, name), find(estimates, name)));
  return comparisonReport(estimates, comparisons);
}

function planReport(file: string, options: Arguments, overrides: ChosenOverrides): Report {
  if (options.synth !== undefined) throw new UserError("A plan has both sides in it: leave out --synth.");
  const { comparison, list } = comparePlan(readJsonFile(file), overrides.of);
  if (options.environment !== undefined && options.environment !== comparison.environment) {
    throw new UserError(`${file} is a plan of ${comparison.environment}, not of ${options.environment}.`);
  }
  return {
    estimates: [],
    blocks: [
      { kind: "text", text: listSentence(list) },
      ...comparisonBlocks(comparison, 1),
      { kind: "text", text: `In one line: ${summaryOf(comparison)}.` },
    ],
    json: { priceList: listJson(list), comparisons: [comparisonJson(comparison)] },
  };
}

function comparisonReport(estimates: readonly Estimate[], comparisons: readonly Comparison[]): Report {
  const lists = [...new Set(estimates.map(({ list }) => list))];
  return {
    estimates,
    blocks: [
      ...lists.map((list): Block => ({ kind: "text", text: listSentence(list) })),
      ...comparisons.flatMap((comparison) => comparisonBlocks(comparison, 1)),
    ],
    json: { environments: estimates.map(estimateJson), comparisons: comparisons.map(comparisonJson) },
  };
}

function estimateReport(estimates: readonly Estimate[], options: Arguments): Report {
  const lists = [...new Set(estimates.map(({ list }) => list))];
  return {
    estimates,
    blocks: [
      ...lists.map((list): Block => ({ kind: "text", text: listSentence(list) })),
      { kind: "text", text: ROUNDING },
      ...overview(estimates),
      ...estimates.flatMap((each) => details(each, 1)),
      ...basis(estimates, options.markdown),
    ],
    json: { environments: estimates.map(estimateJson) },
  };
}

async function estimatesOf(
  root: string,
  options: Arguments,
  overrides: ChosenOverrides,
  signal: AbortSignal,
): Promise<Estimate[]> {
  if (options.synth !== undefined) return readEstimates(options.synth, options, overrides);
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-cost-"));
  try {
    await synthesize(root, scratch, signal);
    return readEstimates(scratch, options, overrides);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function readEstimates(directory: string, options: Arguments, overrides: ChosenOverrides): Estimate[] {
  const all = readSynthesis(directory);
  const known = all.map(({ environment }) => environment);
  const stranger = overrides.environments.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new UserError(
      `${options.assumptions ?? ""}: there is no environment "${stranger}". Environments: ${known.join(", ")}.`,
    );
  }
  const chosen = all.filter(
    ({ environment }) => options.environment === undefined || options.environment === environment,
  );
  if (chosen.length === 0) {
    throw new UserError(`There is no environment "${options.environment ?? ""}". Environments: ${known.join(", ")}.`);
  }
  return chosen.map((each) => estimate(each, assumptionsOf(each.environment, ...overrides.of(each.environment))));
}

/** The overrides of the assumptions file, replaced by those of the command line. */
interface ChosenOverrides {
  /** The environments that the file names. */
  readonly environments: readonly string[];
  readonly of: (environment: string) => readonly Overrides[];
}

function readOverrides({ assumptions: file, assume }: Arguments): ChosenOverrides {
  if (file === undefined) return { environments: [], of: () => [assume] };
  const json = readJsonFile(file);
  return { environments: environmentsIn(json), of: (environment) => [overridesOf(json, environment, file), assume] };
}

function checkDocument(root: string, estimates: readonly Estimate[]): void {
  const file = join(root, DOCUMENT);
  const written = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (written !== costDocument(estimates)) {
    throw new UserError(`${DOCUMENT} is not what the configuration costs now: run \`npm run cost -- --write\`.`);
  }
}

function writeWhole(file: string, text: string): void {
  try {
    replaceFile(file, text);
  } catch {
    throw new UserError(`${file} cannot be written.`);
  }
}
