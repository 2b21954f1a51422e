import {
  type CheckSource,
  type CheckStatus,
  type Component,
  type DistributionSource,
  emptySeries,
  type Source,
  type Tags,
  type Telemetry,
} from "../simulation";

const NOTHING: readonly Component[] = [];

/** Records the telemetry that is sent, minute by minute. */
export class Recorder {
  private readonly metrics = new Map<string, Map<string, Source>>();
  private readonly distributions = new Map<string, Map<string, DistributionSource>>();
  private readonly checks = new Map<string, Map<string, CheckSource>>();
  private readonly terminated = new Map<string, number>();

  constructor(private readonly minutes: number) {}

  /** @param before the values of minutes before the first @default no values */
  value(metric: string, tags: Tags, minute: number, value: number, before?: (minute: number) => number): void {
    const source = find(this.metrics, metric, tags, () => ({
      tags,
      values: emptySeries(this.minutes),
      ...(before === undefined ? {} : { before }),
    }));
    source.values[minute] = value;
  }

  distribution(metric: string, tags: Tags, minute: number, components: readonly Component[]): void {
    const source = find(this.distributions, metric, tags, () => ({
      tags,
      minutes: new Array<readonly Component[]>(this.minutes).fill(NOTHING),
    }));
    (source.minutes as (readonly Component[])[])[minute] = components;
  }

  check(check: string, tags: Tags, minute: number, status: CheckStatus): void {
    const source = find(this.checks, check, tags, () => ({
      tags,
      statuses: new Array<CheckStatus | undefined>(this.minutes).fill(undefined),
    }));
    (source.statuses as (CheckStatus | undefined)[])[minute] = status;
  }

  terminates(host: string, minute: number): void {
    this.terminated.set(host, minute);
  }

  telemetry(): Telemetry {
    const flat = <S>(byName: ReadonlyMap<string, ReadonlyMap<string, S>>) =>
      new Map([...byName].map(([name, sources]) => [name, [...sources.values()]]));
    return {
      minutes: this.minutes,
      metrics: flat(this.metrics),
      distributions: flat(this.distributions),
      checks: flat(this.checks),
      terminated: this.terminated,
    };
  }
}

const keys = new WeakMap<Tags, string>();

/** The key consists of tag values only, because one metric has the same tag keys everywhere. */
function keyOf(tags: Tags): string {
  const key = keys.get(tags) ?? Object.values(tags).join("|");
  keys.set(tags, key);
  return key;
}

const extended = new WeakMap<Tags, Map<string, Tags>>();

/** Tags and one more; cached, because a minute has thousands of values. */
export function withTag(tags: Tags, key: string, value: string): Tags {
  const all = extended.get(tags) ?? new Map<string, Tags>();
  extended.set(tags, all);
  const name = `${key}:${value}`;
  const result = all.get(name) ?? { ...tags, [key]: value };
  all.set(name, result);
  return result;
}

function find<S>(byName: Map<string, Map<string, S>>, name: string, tags: Tags, create: () => S): S {
  const sources = byName.get(name) ?? new Map<string, S>();
  byName.set(name, sources);
  const key = keyOf(tags);
  const source = sources.get(key) ?? create();
  sources.set(key, source);
  return source;
}
