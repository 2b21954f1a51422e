import type { Problem } from "./configuration-error";

/** A problem for each value that a list holds more than once. */
export function duplicates(path: string, values: readonly string[], remedy: string): Problem[] {
  const repeated = new Set(values.filter((value, index) => values.indexOf(value) !== index));
  return [...repeated].map((value) => ({ path, problem: `${value} is named twice`, remedy }));
}
