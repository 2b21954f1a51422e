/** The telemetry that Datadog would have received, minute by minute. */

export type Tags = Readonly<Record<string, string>>;

/** One metric from one source. */
export interface Source {
  readonly tags: Tags;
  /** A value for each minute, NaN where nothing was sent. A count is the count of that minute. */
  readonly values: Float64Array;
  /** The value of a minute before the first, which is negative. @default nothing was sent before */
  readonly before?: (minute: number) => number;
}

/** A share of a distribution's values: log-normal around a median. */
export interface Component {
  /** The number of values. */
  readonly count: number;
  readonly median: number;
  /** Standard deviation of the logarithm. */
  readonly spread: number;
}

/** A distribution metric from one source. */
export interface DistributionSource {
  readonly tags: Tags;
  /** The values sent in each minute; empty where nothing was sent. */
  readonly minutes: (readonly Component[])[];
}

export type CheckStatus = "OK" | "WARNING" | "CRITICAL";

/** A service check from one source. */
export interface CheckSource {
  readonly tags: Tags;
  /** The status that every run of the minute reported; undefined where none ran. */
  readonly statuses: (CheckStatus | undefined)[];
}

export interface Telemetry {
  readonly minutes: number;
  readonly metrics: ReadonlyMap<string, readonly Source[]>;
  readonly distributions: ReadonlyMap<string, readonly DistributionSource[]>;
  readonly checks: ReadonlyMap<string, readonly CheckSource[]>;
  /** Hosts that AWS terminated or stopped, each with the minute in which it did. */
  readonly terminated: ReadonlyMap<string, number>;
}

/** A time series without values: NaN for every minute. */
export function emptySeries(minutes: number): Float64Array {
  return new Float64Array(minutes).fill(NaN);
}
