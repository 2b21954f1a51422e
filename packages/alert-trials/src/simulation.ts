/** The telemetry that Datadog would have received, minute by minute. */

export type Tags = Readonly<Record<string, string>>;

/** What one source sent of a metric, a distribution or a service check. */
export interface Source<T> {
  readonly tags: Tags;
  /** What was sent in each minute; undefined where nothing was. A count is the count of that minute. */
  readonly values: (T | undefined)[];
  /** The value of a minute before the first, which is negative. */
  readonly before: (minute: number) => number;
}

/** A share of a distribution's values: log-normal around a median. */
export interface Component {
  /** The number of values. */
  readonly count: number;
  readonly median: number;
  /** Standard deviation of the logarithm. */
  readonly spread: number;
}

export type CheckStatus = "OK" | "CRITICAL";

/** Sources by the name of what they sent, and by their tags. */
type Sources<T> = Map<string, Map<Tags, Source<T>>>;

/** Records what is sent. A source is known by its tags: the same object in every minute. */
export class Telemetry {
  readonly metrics: Sources<number> = new Map();
  readonly distributions: Sources<readonly Component[]> = new Map();
  /** The status that every run of the minute reported. */
  readonly checks: Sources<CheckStatus> = new Map();
  /** Hosts that AWS terminated or stopped, each with the minute in which it did. */
  readonly terminated = new Map<string, number>();

  constructor(readonly minutes: number) {}

  /** @param before the values of minutes before the first @default no values */
  value(metric: string, tags: Tags, minute: number, value: number, before?: (minute: number) => number): void {
    this.record(this.metrics, metric, tags, minute, value, before);
  }

  distribution(metric: string, tags: Tags, minute: number, components: readonly Component[]): void {
    this.record(this.distributions, metric, tags, minute, components);
  }

  check(check: string, tags: Tags, minute: number, status: CheckStatus): void {
    this.record(this.checks, check, tags, minute, status);
  }

  private record<T>(
    all: Sources<T>,
    name: string,
    tags: Tags,
    minute: number,
    value: T,
    before: Source<T>["before"] = () => NaN,
  ): void {
    const sources = all.get(name) ?? new Map<Tags, Source<T>>();
    const values = sources.get(tags)?.values ?? new Array<T | undefined>(this.minutes).fill(undefined);
    values[minute] = value;
    if (!sources.has(tags)) all.set(name, sources.set(tags, { tags, values, before }));
  }
}

/** A time series without values: NaN for every minute. */
export function emptySeries(minutes: number): Float64Array {
  return new Float64Array(minutes).fill(NaN);
}

const extended = new WeakMap<Tags, Map<string, Tags>>();

/** Tags and one more, the same object for the same tags. */
export function withTag(tags: Tags, key: string, value: string): Tags {
  const all = extended.get(tags) ?? new Map<string, Tags>();
  extended.set(tags, all);
  const more = all.get(`${key}:${value}`) ?? { ...tags, [key]: value };
  all.set(`${key}:${value}`, more);
  return more;
}
