import type { Price } from "./price";
import { usEast1 } from "./us-east-1";

export type PriceName = keyof typeof usEast1.prices;

export interface PriceList extends Omit<typeof usEast1, "prices"> {
  readonly prices: Readonly<Record<PriceName, Price>>;
}

const lists: readonly PriceList[] = [usEast1];

/** The price list of a region; undefined where there is none. */
export function priceList(region: string): PriceList | undefined {
  return lists.find((each) => each.region === region);
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
