/** One series of a metric as Datadog stores it: its tags, and a value for each sample. */
export interface Stored {
  readonly tags: Readonly<Record<string, string>>;
  /** Not a number where nothing was reported. A count is stored for each second. */
  readonly values: readonly number[];
}

/**
 * What a metric looks like on a day like any other.
 * @param aggregator what is asked for: of a distribution, each percentile is another series
 */
export type Sample = (aggregator: string) => readonly Stored[];

/** Samples by the name of their metric. */
export type Samples = Readonly<Record<string, Sample>>;
