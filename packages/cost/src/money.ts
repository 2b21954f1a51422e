/** Whole millionths of a dollar: every price of the list is a whole number of them, so that sums are exact. */
export type MicroDollars = number;

const MICRO = 1_000_000;

/** Quantity times price, rounded to the nearest millionth of a dollar; the only rounding before a sum is printed. */
export function cost(quantity: number, price: MicroDollars): MicroDollars {
  return Math.round(quantity * price);
}

export function sum(amounts: readonly MicroDollars[]): MicroDollars {
  return amounts.reduce((total, amount) => total + amount, 0);
}

/** Such as `$1,553.44`, rounded to the cent. */
export function dollars(amount: MicroDollars): string {
  const cents = Math.round(Math.abs(amount) / 10_000);
  const sign = amount < 0 && cents > 0 ? "-" : "";
  return `${sign}$${grouped(Math.floor(cents / 100).toString())}.${(cents % 100).toString().padStart(2, "0")}`;
}

/** A difference, such as `+$194.18`. */
export function signedDollars(amount: MicroDollars): string {
  const text = dollars(amount);
  return text.startsWith("-") || text === "$0.00" ? text : `+${text}`;
}

/** A price with all its digits, at least two decimals: `$0.266`, `$1.00`. */
export function unitPrice(price: MicroDollars): string {
  const [whole = "0", fraction = ""] = (price / MICRO).toFixed(6).split(".");
  return `$${grouped(whole)}.${fraction.replace(/0+$/, "").padEnd(2, "0")}`;
}

/** A quantity with two decimals at most, such as `1,314` or `0.29`. */
export function amount(value: number): string {
  const [whole = "0", fraction = ""] = value.toFixed(value !== 0 && Math.abs(value) < 0.01 ? 6 : 2).split(".");
  const decimals = fraction.replace(/0+$/, "");
  return grouped(whole) + (decimals === "" ? "" : `.${decimals}`);
}

function grouped(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
