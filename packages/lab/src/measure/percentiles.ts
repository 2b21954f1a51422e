/**
 * The value that `percent` of all values do not exceed, by the nearest-rank method: the result is always one of the values.
 * @param sorted in ascending order
 */
export function percentile(sorted: readonly number[] | Float64Array, percent: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
}

export function rising(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}
