/**
 * Built-in functions as constants of a module. They are called some hundred million times, and Jest's sandbox looks up a global at every
 * call, which takes longer than the function itself.
 */
export const { isNaN: isNothing } = Number;
export const { abs, exp, imul, log, max, min, sqrt } = Math;

/** The average; NaN of no values. */
export function mean(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
