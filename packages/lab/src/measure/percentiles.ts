/**
 * The value that `percent` of all values do not exceed (nearest rank): always one that was seen.
 * @param sorted in rising order
 */
export function percentile(sorted: readonly number[] | Float64Array, percent: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
}

export function rising(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}
