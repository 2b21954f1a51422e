import { assumptionNames, type Assumptions, assumptions } from "../assumptions";
import { type Comparison, summaryOf } from "../compare";
import { alwaysLeftOut } from "../coverage";
import type { Estimate } from "../estimate";
import { amount, dollars, signedDollars } from "../money";
import { priceText } from "../parts";
import { type PriceList, pricesOf, sourcesOf, span } from "../prices";

/** The blocks of a report, before they are rendered as text or Markdown. */
export type Block =
  | { readonly kind: "title"; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** Indexes of the columns that hold amounts. */
      readonly right: readonly number[];
    };

/** Every environment beside the others, part by part. */
export function overview(estimates: readonly Estimate[]): Block[] {
  const parts = [...new Set(estimates.flatMap((each) => each.parts.map(({ part }) => part)))];
  const of = (estimate: Estimate, name: string) => estimate.parts.find(({ part }) => part === name)?.monthly ?? 0;
  return [
    {
      kind: "table",
      head: ["$ a month", ...estimates.map(({ environment }) => environment)],
      rows: [
        ...parts.map((part) => [part, ...estimates.map((estimate) => dollars(of(estimate, part)))]),
        ["total", ...estimates.map(({ monthly }) => dollars(monthly))],
        ["of it without any traffic", ...estimates.map(({ fixed }) => dollars(fixed))],
      ],
      right: estimates.map((_, index) => index + 1),
    },
  ];
}

/** An environment, line by line. */
export function details(estimate: Estimate, level: 1 | 2): Block[] {
  const below = level === 1 ? 2 : 3;
  return [
    { kind: "title", level, text: `${estimate.environment}: ${dollars(estimate.monthly)} a month` },
    ...estimate.parts.flatMap(({ part, lines, monthly }): Block[] => [
      { kind: "title", level: below, text: `${part}: ${dollars(monthly)}` },
      {
        kind: "table",
        head: ["what", "how it is worked out", "$ a month"],
        rows: lines.map((line) => [line.item, line.formula, dollars(line.monthly)]),
        right: [2],
      },
    ]),
  ];
}

/** The assumptions of every environment, with their descriptions. */
export function assumptionBlocks(chosen: readonly { environment: string; assumptions: Assumptions }[]): Block[] {
  return [
    {
      kind: "table",
      head: ["assumption", ...chosen.map(({ environment }) => environment), "unit", "meaning"],
      rows: assumptionNames.map((name) => [
        name,
        ...chosen.map((each) => amount(each.assumptions[name])),
        assumptions[name].unit,
        assumptions[name].meaning,
      ]),
      right: chosen.map((_, index) => index + 1),
    },
  ];
}

export function leftOutBlocks(estimates: readonly Estimate[]): Block[] {
  const types = new Map(
    estimates.flatMap(({ coverage }) => coverage.leftOut.map(({ type, reason }) => [type, reason])),
  );
  return [{ kind: "list", items: [...alwaysLeftOut, ...[...types].map(([type, reason]) => `${type}: ${reason}.`)] }];
}

/** Types that cost nothing, and how many there are. */
export function freeBlocks(estimates: readonly Estimate[]): Block[] {
  const types = new Map(estimates.flatMap(({ coverage }) => coverage.free.map(({ type, reason }) => [type, reason])));
  const count = (estimate: Estimate, type: string) =>
    estimate.coverage.free.find((each) => each.type === type)?.count ?? 0;
  return [
    {
      kind: "table",
      head: ["type", ...estimates.map(({ environment }) => environment), "why it has no line"],
      rows: [...types]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([type, reason]) => [type, ...estimates.map((each) => count(each, type).toString()), reason]),
      right: estimates.map((_, index) => index + 1),
    },
  ];
}

/** Only the prices that the estimates use, each with its source. */
export function priceBlocks(estimates: readonly Estimate[]): Block[] {
  const lists = [...new Set(estimates.map(({ list }) => list))];
  return lists.flatMap((list): Block[] => {
    const used = new Set(
      estimates.flatMap((each) => each.parts.flatMap(({ lines }) => lines.map((line) => line.price))),
    );
    const named = pricesOf(list).filter(([, price]) => used.has(price));
    const sources = sourcesOf(named.map(([, price]) => price));
    const number = new Map(sources.map((source, index) => [JSON.stringify(source), index + 1]));
    return [
      {
        kind: "table",
        head: ["price", "amount", "as of", "confidence", "source"],
        rows: named.map(([name, price]) => [
          name,
          priceText(price) + (price.derivation === undefined ? "" : ` (${price.derivation})`),
          price.source.asOf,
          price.source.confidence,
          (number.get(JSON.stringify(price.source)) ?? 0).toString(),
        ]),
        right: [4],
      },
      {
        kind: "list",
        items: sources.map(
          ({ name, page, copy }, index) => `Source ${index + 1}: ${name}. Today's figure: ${page}. Read from: ${copy}.`,
        ),
      },
    ];
  });
}

export function comparisonBlocks(comparison: Comparison, level: 1 | 2): Block[] {
  const amountOf = (side: { readonly monthly: number } | undefined) =>
    side === undefined ? "" : dollars(side.monthly);
  return [
    { kind: "title", level, text: `${comparison.environment}: ${summaryOf(comparison)}` },
    ...(comparison.lines.length === 0
      ? []
      : [
          {
            kind: "table" as const,
            head: ["part", "what", "before", "after", "difference", "how it is worked out"],
            rows: comparison.lines.map(({ part, item, before, after, difference }) => [
              part,
              item,
              amountOf(before),
              amountOf(after),
              signedDollars(difference),
              (after ?? before)?.formula ?? "",
            ]),
            right: [2, 3, 4],
          },
        ]),
  ];
}

/** Where the prices come from, in one sentence. */
export function listSentence(list: PriceList): string {
  const { from, to } = span(list);
  return `Prices of ${list.region} in US dollars, list of ${list.date} (packages/cost/src/prices/${list.region}.ts); its figures are of ${from} to ${to}.`;
}

export const ROUNDING =
  "Each line is rounded to a millionth of a dollar and shown to the cent, so that shown lines may differ from a shown sum by a cent; quantities are shown with two decimals.";
