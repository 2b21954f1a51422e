import { max } from "../arithmetic";
import { type Expression, metricNamed, seriesIn } from "../datadog";
import type { Tags } from "../simulation";
import { NotModelled } from "./not-modelled";
import type { Status } from "./status";

/** One group of a monitor and the results of its query, minute by minute. A simple alert has one group, without tags. */
export interface Group {
  readonly tags: Tags;
  /** The delay in minutes: newer values are not available, or `evaluation_delay` excludes them. */
  readonly late: number;
  /** Whether a minute has a value. */
  readonly has: (minute: number) => boolean;
  /** The status by the values up to a minute; undefined when there is no value to evaluate. */
  readonly evaluate: (end: number, previous: Status) => Status | undefined;
}

/**
 * The result of `default_zero` for a window without values. Datadog's documentation contradicts itself: it says that the window counts
 * as zero, so that the monitor resolves before No Data, and that it has no effect. Monitors must work in both cases.
 * @see https://docs.datadoghq.com/dashboards/functions/interpolation/#default-zero
 */
export type EmptyWindow = "zero" | "nothing";

/** The delay of CloudWatch metrics, in minutes; the metric catalogue has the source. */
const CLOUDWATCH_LATE = 12;

/**
 * The delay of a query in minutes, by the latency of its metrics and by `evaluation_delay`.
 * @see https://docs.datadoghq.com/integrations/guide/cloud-metric-delay/
 * @see https://docs.datadoghq.com/monitors/configuration/ "Evaluation delay"
 */
export function lateness(expression: Expression, evaluationDelaySeconds = 0): number {
  const kinds = new Set(seriesIn(expression).map(({ metric }) => metricNamed(metric)?.source.kind));
  const isLate = kinds.has("cloudwatch");
  // With an evaluation delay as long as CloudWatch's, all of its metrics are complete.
  if (isLate && kinds.size > 1 && evaluationDelaySeconds < 60 * CLOUDWATCH_LATE) {
    throw new NotModelled("it mixes CloudWatch's late metrics with others");
  }
  return max(isLate ? CLOUDWATCH_LATE : 0, Math.ceil(evaluationDelaySeconds / 60));
}
