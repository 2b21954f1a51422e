import { compare, type MetricQuery, parseMonitorQuery } from "@dev-one/alert-trials/datadog";

import type { Monitor, Objective } from "../source/monitoring";
import { aggregate, noise, present, STEP, times } from "./day";
import { evaluate, type Series } from "./evaluate";
import type { Samples } from "./samples";

/** The last trigger of a monitor. */
export interface Triggered {
  readonly level: "alert" | "warning";
  /** Seconds before the end of the day. */
  readonly secondsAgo: number;
}

/** Functions that need data beyond the sample. Their monitors do not trigger on a normal day. */
const BEYOND_THE_SAMPLE = /\b(forecast|anomalies)\(/;

/**
 * The last trigger of a monitor during the day of the sample; undefined without a trigger. Service checks and composite
 * monitors do not trigger.
 * @throws NoSampleError or QueryError for a query that the samples cannot answer
 */
export function lastTriggered(monitor: Monitor, samples: Samples): Triggered | undefined {
  const query = parseMonitorQuery(monitor.query);
  if (query.kind !== "metric" || BEYOND_THE_SAMPLE.test(monitor.query)) return undefined;
  const all = evaluate(query.expression, { samples, interval: STEP });
  const last = (threshold: number | undefined) =>
    threshold === undefined ? -1 : Math.max(-1, ...all.map((series) => lastCrossed(series, query, threshold, monitor)));
  const [alert, warning] = [last(query.threshold), last(monitor.warning)];
  const index = Math.max(alert, warning);
  if (index < 0) return undefined;
  return { level: alert >= warning ? "alert" : "warning", secondsAgo: (times.length - 1 - index) * STEP };
}

function lastCrossed(
  { values }: Series,
  { over, window, comparator }: MetricQuery,
  threshold: number,
  { newGroupDelay }: Monitor,
): number {
  // A sum is one of a ratio of counts, of which the average is the ratio of the whole window.
  const how = over === "sum" ? "avg" : over;
  const length = Math.max(1, Math.round(window.seconds / STEP));
  const first = values.findIndex((value) => !Number.isNaN(value));
  // A group that exists from the start of the sample is not new.
  const from = first > 0 ? first + Math.ceil(newGroupDelay / STEP) : 0;
  return values.findLastIndex((_, index) => {
    const seen = present(values.slice(Math.max(0, index - length + 1), index + 1));
    return index >= from && seen.length === length && compare(aggregate(how, seen), comparator, threshold);
  });
}

/** Remaining share of an objective's error budget after a normal month. */
export function budgetLeft({ name }: Objective): number {
  return 0.72 + 0.14 * noise(name, 0);
}
