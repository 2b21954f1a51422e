/** One series of a metric as Datadog stores it: its tags, and a value for each sample. */
export interface Stored {
  readonly tags: Readonly<Record<string, string>>;
  /** NaN for no data. A count is stored per second. */
  readonly values: readonly number[];
}

/**
 * The sample of a metric on a normal day.
 * @param aggregator aggregator of the query: each percentile of a distribution is a separate series
 */
export type Sample = (aggregator: string) => readonly Stored[];

/** Samples by the name of their metric. */
export type Samples = Readonly<Record<string, Sample>>;
