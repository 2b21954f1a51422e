import { UserError } from "@dev-one/cli/user-error";

import { printable } from "../resources/resource";
import type { Price, PriceList, Source } from "./price";
import { usEast1 } from "./us-east-1";

export type { DatabaseClass, Price, PriceList, PriceName, Source, Tier } from "./price";

const lists: readonly PriceList[] = [usEast1];

/** @throws UserError when there is no price list of the region */
export function priceList(region: string): PriceList {
  const list = lists.find((each) => each.region === region);
  if (list === undefined) {
    const known = lists.map((each) => each.region).join(", ");
    throw new UserError(
      `There is no price list for ${printable(region)} (there is one for ${known}): add a file beside packages/cost/src/prices/us-east-1.ts.`,
    );
  }
  return list;
}

/** Every price of a list with its name, in the order of the list. */
export function pricesOf(list: PriceList): (readonly [string, Price])[] {
  return [
    ...Object.entries(list.instanceTypes).map(([type, price]) => [`instance ${type}`, price] as const),
    ...Object.entries(list.databaseClasses).flatMap(([name, { singleAz, multiAz }]) => [
      [`database ${name}`, singleAz] as const,
      [`database ${name}, Multi-AZ`, multiAz] as const,
    ]),
    ...list.internetOut.map(({ name, price }) => [`internet out, ${name}`, price] as const),
    ...Object.entries(list.prices),
  ];
}

/** The earliest and the latest date of the sources of the list. */
export function span(list: PriceList): { readonly from: string; readonly to: string } {
  const days = pricesOf(list).map(([, { source }]) => source.asOf);
  return { from: least(days), to: days.reduce((latest, day) => (day > latest ? day : latest)) };
}

/** The sources of prices, each once. */
export function sourcesOf(prices: readonly Price[]): Source[] {
  return [...new Map(prices.map(({ source }) => [JSON.stringify(source), source])).values()];
}

function least(days: readonly string[]): string {
  return days.reduce((earliest, day) => (day < earliest ? day : earliest));
}
