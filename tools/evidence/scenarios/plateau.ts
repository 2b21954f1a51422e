import type { Samples } from "../evidence";

/** Which samples fall into a stretch of time. */
export function within(
  { seconds }: Pick<Samples, "seconds">,
  { from, to }: { readonly from: number; readonly to: number },
): number[] {
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
