import type { Estimate } from "../estimate";
import { dollars } from "../money";
import {
  assumptionBlocks,
  type Block,
  details,
  freeBlocks,
  leftOutBlocks,
  listSentence,
  overview,
  priceBlocks,
  ROUNDING,
} from "./blocks";
import { toMarkdown } from "./render";

/** Where the document is, from the project's directory. */
export const DOCUMENT = "docs/cost.md";

/** docs/cost.md: every environment, with the assumptions, prices and omissions of its estimate. */
export function costDocument(estimates: readonly Estimate[]): string {
  const totals = estimates.map(({ environment, monthly }) => `${environment} ${dollars(monthly)}`).join(", ");
  const lists = [...new Set(estimates.map(({ list }) => list))];
  return toMarkdown([
    { kind: "title", level: 1, text: "What it costs" },
    {
      kind: "text",
      text: `An estimate by the month: ${totals}. Written by \`npm run cost -- --write\` from the synthesized JSON, a list of prices and assumptions about traffic; change those, not this file.`,
    },
    { kind: "text", text: lists.map(listSentence).join(" ") },
    { kind: "text", text: ROUNDING },
    ...overview(estimates),
    ...estimates.flatMap((each) => details(each, 2)),
    ...basis(estimates, true),
  ]);
}

/** The basis of the estimate: assumptions and omissions; with `sources`, also prices and resource types that cost nothing. */
export function basis(estimates: readonly Estimate[], sources: boolean): Block[] {
  const assumed: Block[] = [
    { kind: "title", level: 2, text: "Assumptions" },
    {
      kind: "text",
      text: "No configuration says these. They stand in packages/cost/src/assumptions.ts; `--assume NAME=NUMBER` or `--assumptions FILE` replaces them for one run.",
    },
    ...assumptionBlocks(estimates),
    { kind: "title", level: 2, text: "Left out" },
    ...leftOutBlocks(estimates),
  ];
  if (!sources) {
    return [
      ...assumed,
      {
        kind: "text",
        text: `Every price with its source, and the resources that cost nothing: ${DOCUMENT}, or --markdown.`,
      },
    ];
  }
  return [
    ...assumed,
    { kind: "title", level: 2, text: "Resources without a line" },
    ...freeBlocks(estimates),
    { kind: "title", level: 2, text: "Prices" },
    {
      kind: "text",
      text: "Confidence: high is this year's figure of the provider's own machine-readable list, medium an older one or a transcript of the provider's page, low a figure that only others have published, or that follows from another price.",
    },
    ...priceBlocks(estimates),
  ];
}
