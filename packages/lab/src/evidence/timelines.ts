/** An event on the axis of time. */
export interface Mark {
  readonly second: number;
  readonly text: string;
}

/** What all timelines have. */
export interface Timeline {
  readonly title: string;
  readonly seconds: readonly number[];
  readonly marks: readonly Mark[];
  /** CPU of other programs meanwhile, percent of one core. */
  readonly foreignCpu: number;
}

/** Connections of each host over time. */
export interface HostTimeline extends Timeline {
  readonly hosts: readonly { readonly name: string; readonly zone: string; readonly connections: readonly number[] }[];
}

/** Failed requests by second of sending, and latency in milliseconds, through an event. */
export interface EventTimeline extends Timeline {
  readonly failed: Readonly<Record<string, readonly number[]>>;
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

/** What plot.py draws, one picture for each name. */
export interface Timelines {
  readonly cores: number;
  readonly timelines: Readonly<Record<string, HostTimeline | EventTimeline>>;
}
