import type { Samples } from "../evidence";

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The time from when all connections are open, which is late on a busy machine, until their planned close. */
export function plateauOf(
  { connections, plateau }: { readonly connections: number; readonly plateau: Stretch },
  { seconds, established }: Pick<Samples, "seconds" | "established">,
): Stretch {
  const all = seconds.find((_, index) => (established[index] ?? 0) >= connections);
  const isLate = all !== undefined && all > plateau.from && all < plateau.to;
  return isLate ? { from: all, to: plateau.to } : plateau;
}

/** Indexes of the samples within a time range. */
export function within({ seconds }: Pick<Samples, "seconds">, { from, to }: Stretch): number[] {
  return seconds.flatMap((second, index) => (second >= from && second <= to ? [index] : []));
}

export function minimumOf(column: readonly (number | null)[], indexes: readonly number[]): number | null {
  const values = valuesAt(column, indexes);
  return values.length === 0 ? null : Math.min(...values);
}

/** Mean of the known values, rounded to one decimal place. */
export function meanOf(column: readonly (number | null)[], indexes: readonly number[]): number | null {
  const values = valuesAt(column, indexes);
  if (values.length === 0) return null;
  return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10) / 10;
}

function valuesAt(column: readonly (number | null)[], indexes: readonly number[]): number[] {
  return indexes.flatMap((index) => column[index] ?? []);
}
