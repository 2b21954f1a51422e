/** Whole millionths of a dollar: every price of the list is a whole number of them, so that sums are exact. */
export type MicroDollars = number;

const MICRO = 1_000_000;
const currency = { style: "currency", currency: "USD" } as const;
const cents = new Intl.NumberFormat("en-US", { ...currency, signDisplay: "negative" });
const signedCents = new Intl.NumberFormat("en-US", { ...currency, signDisplay: "exceptZero" });
const price = new Intl.NumberFormat("en-US", { ...currency, maximumFractionDigits: 6 });
const quantity = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const smallQuantity = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 });

/** Quantity times price, rounded to the nearest millionth of a dollar; the only rounding before a sum is printed. */
export function cost(quantityOf: number, priceOf: MicroDollars): MicroDollars {
  return Math.round(quantityOf * priceOf);
}

export function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, each) => total + each, 0);
}

/** Such as `$1,553.44`, rounded to the cent. */
export const dollars = (amountOf: MicroDollars): string => cents.format(amountOf / MICRO);

/** A difference, such as `+$194.18`. */
export const signedDollars = (amountOf: MicroDollars): string => signedCents.format(amountOf / MICRO);

/** A price with all its digits, at least two decimals: `$0.266`, `$1.00`. */
export const unitPrice = (priceOf: MicroDollars): string => price.format(priceOf / MICRO);

/** A quantity with two decimals at most, such as `1,314` or `0.29`; a small one with six. */
export const amount = (value: number): string => (Math.abs(value) < 0.01 ? smallQuantity : quantity).format(value);
