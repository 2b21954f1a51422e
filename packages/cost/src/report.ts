import { markdownTable } from "@dev-one/cli/markdown-table";
import { printable } from "@dev-one/cli/printable";

import { assumptionNames, assumptions } from "./assumptions";
import { type Comparison, summaryOf } from "./compare";
import { type NotPriced, priceText } from "./context";
import { alwaysLeftOut } from "./coverage";
import type { Estimate } from "./estimate";
import { amount, dollars, signedDollars } from "./money";
import { type PriceList, pricesOf } from "./prices";

/** Where the document is, from the project's directory. */
export const DOCUMENT = "docs/cost.md";

const ROUNDING =
  "Each line is rounded to a millionth of a dollar and shown to the cent, so that shown lines may differ from a shown sum by a cent; quantities are shown with two decimals.";

/** docs/cost.md: every environment, with the assumptions, prices and omissions of its estimate. */
export function costDocument(estimates: readonly Estimate[]): string {
  const totals = estimates.map(({ environment, monthly }) => `${environment} ${dollars(monthly)}`).join(", ");
  const introduction = `An estimate by the month: ${totals}. Written by \`npm run cost -- --write\` from the synthesized JSON, a list of prices and assumptions about traffic; change those, not this file.`;
  return `# What it costs\n\n${introduction}\n\n${estimateReport(estimates, true)}\n`;
}

/** Every environment in Markdown; with `sources`, also the prices and the resource types that cost nothing. */
export function estimateReport(estimates: readonly Estimate[], sources: boolean): string {
  return joined([
    listsOf(estimates).map(listSentence).join(" "),
    ROUNDING,
    overview(estimates),
    ...byService(estimates),
    ...estimates.flatMap(details),
    ...notPricedSection(estimates),
    "## Assumptions",
    "No configuration says these. They stand in packages/cost/src/assumptions.ts; `--assume NAME=NUMBER` or `--assumptions FILE` replaces them for one run.",
    assumptionTable(estimates),
    "## Left out",
    list([...alwaysLeftOut, ...reasonsOf(estimates, "leftOut").map(([type, reason]) => `${type}: ${reason}.`)]),
    ...(sources
      ? [
          "## Resources without a line",
          freeTable(estimates),
          "## Prices",
          CONFIDENCE,
          ...listsOf(estimates).map((each) => priceTable(each, estimates)),
        ]
      : [`Every price with its source, and the resources that cost nothing: ${DOCUMENT}, or --markdown.`]),
  ]);
}

const CONFIDENCE =
  "Confidence: high is this year's figure of the provider's own machine-readable list, medium an older one or a transcript of the provider's page, low a figure that only others have published, or that follows from another price.";

/** The differences between estimates, in Markdown. */
export function comparisonReport(comparisons: readonly Comparison[], of: readonly Estimate[]): string {
  return joined([
    listsOf(of).map(listSentence).join(" "),
    ...comparisons.flatMap(comparisonBlocks),
    ...notPricedSection(comparisons),
  ]);
}

/** Such as `aws_db_instance.main: db.r9.large in us-east-1`. */
export function notPricedText({ address, reason }: NotPriced): string {
  return `${printable(address)}: ${reason}`;
}

/** A line for each resource that is not priced, with its environment, and their number; empty when everything is. */
export function notPricedLines(of: readonly Pick<Estimate, "environment" | "notPriced">[]): string[] {
  const lines = of.flatMap(({ environment, notPriced }) =>
    notPriced.map((each) => `not priced: ${environment}: ${notPricedText(each)}`),
  );
  return lines.length === 0 ? [] : [...lines, `Not priced: ${lines.length}.`];
}

function notPricedSection(of: readonly Pick<Estimate, "environment" | "notPriced">[]): string[] {
  const lines = notPricedLines(of);
  return lines.length === 0 ? [] : ["## Not priced", list(lines)];
}

/** Cost by service; nothing without prices. */
function byService(estimates: readonly Estimate[]): string[] {
  const all = estimates.flatMap(({ services }) => services.flatMap(({ service }) => service ?? []));
  if (all.length === 0) return [];
  const amountOf = (estimate: Estimate, name: string | undefined) =>
    dollars(estimate.services.find(({ service }) => service === name)?.monthly ?? 0);
  const rows = [...[...new Set(all)].sort(), undefined].map((name) => [
    name ?? "shared",
    ...estimates.map((each) => amountOf(each, name)),
  ]);
  const table = byEnvironment("service, $ a month", estimates, rows);
  return ["By service: its servers with their volumes, metrics and hosts. Everything else is shared.", table];
}

function overview(estimates: readonly Estimate[]): string {
  const parts = [...new Set(estimates.flatMap((each) => each.parts.map(({ part }) => part)))];
  const amountOf = (estimate: Estimate, name: string) =>
    dollars(estimate.parts.find(({ part }) => part === name)?.monthly ?? 0);
  return byEnvironment("$ a month", estimates, [
    ...parts.map((part) => [part, ...estimates.map((each) => amountOf(each, part))]),
    ["total", ...estimates.map(({ monthly }) => dollars(monthly))],
    ["of it without any traffic", ...estimates.map(({ fixed }) => dollars(fixed))],
  ]);
}

function details({ environment, monthly, parts }: Estimate): string[] {
  return [
    `## ${environment}: ${dollars(monthly)} a month`,
    ...parts.flatMap((part) => [
      `### ${part.part}: ${dollars(part.monthly)}`,
      markdownTable(
        ["what", "how it is worked out", "$ a month"],
        part.lines.map((line) => [line.item, line.formula, dollars(line.monthly)]),
        [2],
      ),
    ]),
  ];
}

function assumptionTable(estimates: readonly Estimate[]): string {
  const rows = assumptionNames.map((name) => {
    const [, , unit, meaning] = assumptions[name];
    return [name, ...estimates.map((each) => amount(each.assumptions[name])), unit, meaning];
  });
  return byEnvironment("assumption", estimates, rows, "unit", "meaning");
}

function freeTable(estimates: readonly Estimate[]): string {
  const rows = reasonsOf(estimates, "free").map(([type, reason]) => {
    const count = ({ coverage }: Estimate) => coverage.free.find((each) => each.type === type)?.count ?? 0;
    return [type, ...estimates.map((each) => count(each).toString()), reason];
  });
  return byEnvironment("type", estimates, rows, "why it has no line");
}

/** The types that any estimate has for a reason, in the order of their names. */
function reasonsOf(estimates: readonly Estimate[], kind: "free" | "leftOut"): [type: string, reason: string][] {
  const all = estimates.flatMap(({ coverage }) => coverage[kind]);
  return [...new Map(all.map(({ type, reason }) => [type, reason]))].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Only the prices that the estimates use, each with its source. */
function priceTable(priceList: PriceList, estimates: readonly Estimate[]): string {
  const used = new Set(estimates.flatMap(({ parts }) => parts.flatMap(({ lines }) => lines.map(({ price }) => price))));
  const named = pricesOf(priceList).filter(([, price]) => used.has(price));
  const bySource = new Map(named.map(([, { source }]) => [JSON.stringify(source), source]));
  const keys = [...bySource.keys()];
  const rows = named.map(([name, price]) => [
    name,
    priceText(price) + (price.derivation === undefined ? "" : ` (${price.derivation})`),
    price.source.asOf,
    price.source.confidence,
    (keys.indexOf(JSON.stringify(price.source)) + 1).toString(),
  ]);
  const sentences = [...bySource.values()].map(
    ({ name, page, copy }, index) => `Source ${index + 1}: ${name}. Today's figure: ${page}. Read from: ${copy}.`,
  );
  return `${markdownTable(["price", "amount", "as of", "confidence", "source"], rows, [4])}\n\n${list(sentences)}`;
}

function comparisonBlocks(comparison: Comparison): string[] {
  const title = `## ${comparison.environment}: ${summaryOf(comparison)}`;
  if (comparison.lines.length === 0) return [title];
  const rows = comparison.lines.map(({ part, item, before, after, difference }) => [
    part,
    item,
    ...[before, after].map((side) => (side === undefined ? "" : dollars(side.monthly))),
    signedDollars(difference),
    (after ?? before)?.formula ?? "",
  ]);
  const head = ["part", "what", "before", "after", "difference", "how it is worked out"];
  return [title, markdownTable(head, rows, [2, 3, 4])];
}

/** Where the prices come from, in one sentence. */
function listSentence(priceList: PriceList): string {
  const { region, date } = priceList;
  const days = pricesOf(priceList)
    .map(([, { source }]) => source.asOf)
    .sort();
  return `Prices of ${region} in US dollars, list of ${date} (packages/cost/src/prices/${region}.ts); its figures are of ${days[0] ?? ""} to ${days.at(-1) ?? ""}.`;
}

function listsOf(estimates: readonly Estimate[]): PriceList[] {
  return [...new Set(estimates.flatMap(({ list: own }) => (own === undefined ? [] : [own])))];
}

/** A table with one column of numbers for each environment, between the first and the other columns. */
function byEnvironment(
  first: string,
  estimates: readonly Estimate[],
  rows: readonly (readonly string[])[],
  ...others: readonly string[]
): string {
  const head = [first, ...estimates.map(({ environment }) => environment), ...others];
  const numbers = [...estimates.keys()].map((index) => index + 1);
  return markdownTable(head, rows, numbers);
}

function joined(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== "").join("\n\n");
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}
