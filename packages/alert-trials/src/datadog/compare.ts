import type { Comparator } from "./query";

const comparisons: Readonly<Record<Comparator, (value: number, threshold: number) => boolean>> = {
  ">": (value, threshold) => value > threshold,
  ">=": (value, threshold) => value >= threshold,
  "<": (value, threshold) => value < threshold,
  "<=": (value, threshold) => value <= threshold,
  "==": (value, threshold) => value === threshold,
  "!=": (value, threshold) => value !== threshold,
};

/** Whether the comparison of a value with the threshold of a monitor or a conditional format is true. */
export function compare(value: number, comparator: Comparator, threshold: number): boolean {
  return comparisons[comparator](value, threshold);
}
