/**
 * Built-in functions as constants of a module. They are called some hundred million times, and Jest's sandbox looks up a global at every
 * call, which takes longer than the function itself.
 */
export const { isNaN: isNothing } = Number;
export const { abs, exp, imul, log, max, min, sqrt } = Math;
