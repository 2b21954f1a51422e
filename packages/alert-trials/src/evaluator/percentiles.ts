import { abs, exp, log, max, min, sqrt } from "../arithmetic";
import type { Component } from "../simulation";

/** The value below which a share of all values lies; NaN when there are no values. */
export function percentile(components: readonly Component[], share: number): number {
  const present = components.filter(({ count }) => count > 0);
  if (present.length === 0) return NaN;
  // Every quantile that anything asks for lies within three standard deviations of a median; bisection finds it.
  let low = min(...present.map(({ median, spread }) => log(median) - 3 * spread));
  let high = max(...present.map(({ median, spread }) => log(median) + 3 * spread));
  for (let step = 0; step < 40 && high - low > 1e-9; step += 1) {
    const middle = (low + high) / 2;
    if (shareBelow(present, exp(middle)) < share) low = middle;
    else high = middle;
  }
  return exp(high);
}

/** The share of all values that are at most `value`. */
export function shareBelow(components: readonly Component[], value: number): number {
  let all = 0;
  let below = 0;
  for (const { count, median, spread } of components) {
    all += count;
    const distance = log(value / median);
    below += count * (spread === 0 ? Number(distance >= 0) : normalShare(distance / spread));
  }
  return below / all;
}

/** The cumulative distribution function of the normal distribution, by Abramowitz and Stegun 26.2.17, to seven digits. */
function normalShare(deviations: number): number {
  const t = 1 / (1 + 0.2316419 * abs(deviations));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (series * exp((-deviations * deviations) / 2)) / sqrt(2 * Math.PI);
  return deviations > 0 ? 1 - tail : tail;
}
