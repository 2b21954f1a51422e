import { isNothing, max } from "../arithmetic";
import { type Expression, metricNamed, seriesIn } from "../datadog";
import type { Tags } from "../simulation";
import type { Status } from "./status";
import { unsupported } from "./unsupported";

/** One group of a monitor: what its query says of it, minute by minute. A simple alert has one, without tags. */
export interface Group {
  readonly tags: Tags;
  /** The first minute in which there is anything of it. */
  readonly first: number;
  /** Minutes by which the monitor looks back: it knows, or waits for, nothing younger. */
  readonly late: number;
  /** Whether there is a value in the youngest minute that the monitor looks at. */
  readonly has: (now: number) => boolean;
  /** What an evaluation says; undefined when it has no value to judge. */
  readonly judge: (now: number, previous: Status) => Status | undefined;
}

export type Groups = ReadonlyMap<string, Group>;

/**
 * What `default_zero` makes of a window without any value. Datadog's documentation says both: that it resolves a monitor
 * before it has no data, as zero, and that it has no effect on a window without points. Alerts must do in either case.
 * @see https://docs.datadoghq.com/dashboards/functions/interpolation/#default-zero
 */
export type EmptyWindow = "zero" | "nothing";

/** Minutes after which CloudWatch's numbers have come, by the catalogue's source. */
const CLOUDWATCH_LATE = 12;

/**
 * Minutes by which a query is late: what has not come yet, and what `evaluation_delay` waits for on purpose.
 * @see https://docs.datadoghq.com/integrations/guide/cloud-metric-delay/
 * @see https://docs.datadoghq.com/monitors/configuration/ "Evaluation delay"
 */
export function lateness(expression: Expression, evaluationDelaySeconds = 0): number {
  const kinds = new Set(seriesIn(expression).map(({ metric }) => metricNamed(metric)?.source.kind));
  const isLate = kinds.has("cloudwatch");
  if (isLate && kinds.size > 1) throw unsupported("A query", "it mixes CloudWatch's late metrics with others");
  return max(isLate ? CLOUDWATCH_LATE : 0, Math.ceil(evaluationDelaySeconds / 60));
}

export function firstOf(values: Float64Array): number {
  return values.findIndex((value) => !isNothing(value));
}
