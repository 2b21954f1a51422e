import type { LineItem, NotPriced } from "./context";
import { type Estimate, without } from "./estimate";
import { dollars, type MicroDollars, signedDollars, sum } from "./money";

export interface LineDifference {
  readonly part: string;
  readonly item: string;
  /** Undefined where the line is new. */
  readonly before: LineItem | undefined;
  /** Undefined where the line is removed. */
  readonly after: LineItem | undefined;
  readonly difference: MicroDollars;
}

/** The changes between two estimates of one environment. */
export interface Comparison {
  readonly environment: string;
  /** Undefined in a region without a price list; then there is no difference either, and there are no lines. */
  readonly before: MicroDollars | undefined;
  readonly after: MicroDollars | undefined;
  readonly difference: MicroDollars | undefined;
  /** Lines whose amount differs, in the order of the parts. */
  readonly lines: readonly LineDifference[];
  readonly parts: readonly { readonly part: string; readonly difference: MicroDollars }[];
  readonly notPriced: readonly NotPriced[];
}

/**
 * Either side may be missing, for an environment that is added or removed. A resource that is not priced on one side is left out of both,
 * so that another instance type does not look like servers that are removed.
 */
export function compare(oldEstimate: Estimate | undefined, newEstimate: Estimate | undefined): Comparison {
  const sides = [oldEstimate, newEstimate];
  const environment = (newEstimate ?? oldEstimate)?.environment ?? "";
  const notPriced = new Map(sides.flatMap((side) => side?.notPriced ?? []).map((each) => [each.address, each]));
  const result = { environment, notPriced: [...notPriced.values()] };
  if (sides.some((side) => side !== undefined && side.list === undefined)) {
    const [before, after] = sides.map((side) => (side === undefined ? 0 : side.list && side.monthly));
    return { ...result, before, after, difference: undefined, lines: [], parts: [] };
  }
  const [before, after] = sides.map((side) => side && without(side, new Set(notPriced.keys())));
  const [old, now] = [linesOf(before), linesOf(after)];
  const lines = [...new Map([...now, ...old])].flatMap(([key, { part, item }]): LineDifference[] => {
    const [one, other] = [old.get(key), now.get(key)];
    const difference = (other?.monthly ?? 0) - (one?.monthly ?? 0);
    return difference === 0 ? [] : [{ part, item, before: one, after: other, difference }];
  });
  const names = [...new Set([after, before].flatMap((side) => side?.parts ?? []).map(({ part }) => part))];
  const byPart = names.map((name) => ({ part: name, lines: lines.filter(({ part }) => part === name) }));
  const parts = byPart.map(({ part, lines: own }) => ({ part, difference: sum(own.map((each) => each.difference)) }));
  return {
    ...result,
    before: before?.monthly ?? 0,
    after: after?.monthly ?? 0,
    difference: sum(parts.map((each) => each.difference)),
    lines: byPart.flatMap(({ lines: own }) => own),
    parts: parts.filter((each) => each.difference !== 0),
  };
}

/** Such as `$3,210.44 to $3,404.62 a month (+$194.18: servers +$189.08, monitoring +$5.10)`, or `before $3,210.44 a month, after not estimated`. */
export function summaryOf({ before, after, difference, parts }: Comparison): string {
  if (before === undefined || after === undefined || difference === undefined) {
    const say = (each: MicroDollars | undefined) => (each === undefined ? "not estimated" : `${dollars(each)} a month`);
    return `before ${say(before)}, after ${say(after)}`;
  }
  if (parts.length === 0) return `${dollars(after)} a month, unchanged`;
  const changes = parts.map((each) => `${each.part} ${signedDollars(each.difference)}`).join(", ");
  return `${dollars(before)} to ${dollars(after)} a month (${signedDollars(difference)}: ${changes})`;
}

/** Lines by part and item. Lines with the same item, such as log groups of one kind, are added up. */
function linesOf(estimate: Estimate | undefined): Map<string, LineItem> {
  const lines = new Map<string, LineItem>();
  for (const line of (estimate?.parts ?? []).flatMap((part) => part.lines)) {
    const key = JSON.stringify([line.part, line.item]);
    const known = lines.get(key) ?? { quantity: 0, monthly: 0, formula: "" };
    lines.set(key, {
      ...line,
      quantity: known.quantity + line.quantity,
      monthly: known.monthly + line.monthly,
      formula: known.formula === "" ? line.formula : `${known.formula} + ${line.formula}`,
    });
  }
  return lines;
}
