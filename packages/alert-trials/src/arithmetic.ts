/**
 * Built-in functions as constants of a module. They are called some hundred million times, and Jest's sandbox looks a global up again each
 * time, which takes longer than what it does.
 */
export const { isNaN: isNothing } = Number;
export const { abs, exp, imul, log, max, min, sqrt } = Math;
