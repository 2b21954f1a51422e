import type { Run, Samples } from "./figures";

type Plateau = Run["plateau"];

/** The time from when all connections are open, which is late on a busy machine, until their planned close. */
export function plateauOf(
  { connections, plateau }: Pick<Run, "connections" | "plateau">,
  { seconds, established }: Pick<Samples, "seconds" | "established">,
): Plateau {
  const all = seconds.find((_, index) => (established[index] ?? 0) >= connections);
  const isLate = all !== undefined && all > plateau.from && all < plateau.to;
  return isLate ? { from: all, to: plateau.to } : plateau;
}

/** The known values of a column within a time range. */
export function valuesWithin(
  seconds: readonly number[],
  column: readonly (number | null)[],
  { from, to }: Plateau,
): number[] {
  return seconds.flatMap((second, index) => (second >= from && second <= to ? (column[index] ?? []) : []));
}

/** Mean, rounded to one decimal place; null without a value. */
export function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return Math.round((sum(values) / values.length) * 10) / 10;
}

/** Requests per second of a time range. @param requests by the second in which they ended */
export function perSecondDuring({ from, to }: Plateau, requests: readonly number[]): number {
  return sum(requests.filter((_, second) => second >= from && second < to)) / (to - from);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
