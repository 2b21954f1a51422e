import type { CheckSource, CheckStatus, Component, DistributionSource, Source, Tags, Telemetry } from "../simulation";
import { emptySeries } from "../simulation";

/** Records the telemetry that is sent, minute by minute. A source is known by its tags: the same object in every minute. */
export class Recorder {
  private readonly metrics = new Sources<Source>();
  private readonly distributions = new Sources<DistributionSource>();
  private readonly checks = new Sources<CheckSource>();
  private readonly terminated = new Map<string, number>();

  constructor(private readonly minutes: number) {}

  /** @param before the values of minutes before the first @default no values */
  value(metric: string, tags: Tags, minute: number, value: number, before?: (minute: number) => number): void {
    const create = () => ({ tags, values: emptySeries(this.minutes), ...(before === undefined ? {} : { before }) });
    this.metrics.of(metric, tags, create).values[minute] = value;
  }

  distribution(metric: string, tags: Tags, minute: number, components: readonly Component[]): void {
    const create = () => ({ tags, minutes: new Array<readonly Component[]>(this.minutes).fill([]) });
    this.distributions.of(metric, tags, create).minutes[minute] = components;
  }

  check(check: string, tags: Tags, minute: number, status: CheckStatus): void {
    const create = () => ({ tags, statuses: new Array<CheckStatus | undefined>(this.minutes).fill(undefined) });
    this.checks.of(check, tags, create).statuses[minute] = status;
  }

  terminates(host: string, minute: number): void {
    this.terminated.set(host, minute);
  }

  telemetry(): Telemetry {
    const { minutes, metrics, distributions, checks, terminated } = this;
    return {
      minutes,
      metrics: metrics.byName(),
      distributions: distributions.byName(),
      checks: checks.byName(),
      terminated,
    };
  }
}

/** Sources by the name of their metric or check, and by their tags. */
class Sources<S> {
  private readonly all = new Map<string, Map<Tags, S>>();

  of(name: string, tags: Tags, create: () => S): S {
    const sources = this.all.get(name) ?? new Map<Tags, S>();
    this.all.set(name, sources);
    const source = sources.get(tags) ?? create();
    sources.set(tags, source);
    return source;
  }

  byName(): Map<string, S[]> {
    return new Map([...this.all].map(([name, sources]) => [name, [...sources.values()]]));
  }
}

const extended = new WeakMap<object, Map<string, Tags>>();

/** Tags and one more, the same object for the same tags. */
export function withTag(tags: Tags, key: string, value: string): Tags {
  return cached(tags, `${key}:${value}`, () => ({ ...tags, [key]: value }));
}

/** Tags of an owner, such as a server, made once. */
export function cached(owner: object, name: string, create: () => Tags): Tags {
  const all = extended.get(owner) ?? new Map<string, Tags>();
  extended.set(owner, all);
  const tags = all.get(name) ?? create();
  all.set(name, tags);
  return tags;
}
