import { overDay } from "./day";

type Tags = Readonly<Record<string, string>>;

/** One series of a metric as Datadog stores it: its tags, and a value for each sample. */
export interface Stored {
  readonly tags: Tags;
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

/** What reports metrics. */
interface Source {
  readonly tags: Tags;
  /** Whether it exists at a sample. @default always */
  readonly exists?: (index: number) => boolean;
}

/** Samples from the function that calculates a value for each sample of a source. */
export function samplesOf<T extends Source>(
  sources: readonly T[],
  metrics: Readonly<Record<string, (index: number, source: T) => number>>,
): Samples {
  const stored = (source: T, value: (index: number, source: T) => number): Stored => ({
    tags: source.tags,
    values: overDay((index) => (source.exists?.(index) === false ? NaN : value(index, source))),
  });
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, () => sources.map((source) => stored(source, value))]),
  );
}
