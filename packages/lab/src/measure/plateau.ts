import type { Samples } from "../evidence";

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** From when all connections are open, which on a busy machine can be later than planned, until they are to close. */
export function plateauOf(
  { connections, plateau }: { readonly connections: number; readonly plateau: Stretch },
  { seconds, established }: Pick<Samples, "seconds" | "established">,
): Stretch {
  const all = seconds.find((_, index) => (established[index] ?? 0) >= connections);
  const isLate = all !== undefined && all > plateau.from && all < plateau.to;
  return isLate ? { from: all, to: plateau.to } : plateau;
}

/** Which samples fall into a stretch of time. */
export function within({ seconds }: Pick<Samples, "seconds">, { from, to }: Stretch): number[] {
  return seconds.flatMap((second, index) => (second >= from && second <= to ? [index] : []));
}

export function minimumOf(column: readonly (number | null)[], indexes: readonly number[]): number | null {
  const values = valuesAt(column, indexes);
  return values.length === 0 ? null : Math.min(...values);
}

/** One digit after the point. */
export function meanOf(column: readonly (number | null)[], indexes: readonly number[]): number | null {
  const values = valuesAt(column, indexes);
  if (values.length === 0) return null;
  return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10) / 10;
}

function valuesAt(column: readonly (number | null)[], indexes: readonly number[]): number[] {
  return indexes.flatMap((index) => column[index] ?? []);
}
