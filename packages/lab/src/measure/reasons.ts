/** Logs and counters that can name the reason of a failure. */
export interface Sources {
  /** nginx's error log. */
  readonly nginx: string;
  /** Output of the generator's processes. */
  readonly generator: string;
  /** The statuses other than 2xx that the generator received; -1 stands for a truncated answer. */
  readonly statuses: readonly number[];
  /** Output of the service. */
  readonly service: string;
  /** Kernel counters before and after the run. */
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
}

/** Messages that the programs write when a limit is reached. */
const SIGNS: Readonly<Record<"nginx" | "generator" | "service", RegExp>> = {
  nginx:
    /\d+ worker_connections are not enough(, reusing connections)?|(accept4?|socket)\(\) failed \(24: Too many open files\)|connect\(\) to unix:\S+ failed \(\d+: [^)]+\)|upstream timed out|upstream prematurely closed connection|no live upstreams|\(12: Cannot allocate memory\)/g,
  generator:
    /Too many open files|Cannot assign requested address|client could not connect to host|Cannot allocate memory|std::bad_alloc/g,
  service: /Too many open files|The database cannot be used: .*|MemoryError/g,
};

/** Counters of the whole machine that rise when a kernel limit is reached. */
const COUNTERS: Readonly<Record<string, string>> = {
  ListenOverflows: "connections dropped because a queue to accept them was full",
  TCPReqQFullDrop: "half-open connections dropped because their queue was full",
  TCPAbortOnMemory: "connections aborted for lack of memory",
  TCPMemoryPressures: "times that TCP's memory was short",
};

/** Sentences that name a reached limit and how often it was reached; empty when no log and no counter names one. */
export function findReasons(sources: Sources): string[] {
  const found = (["nginx", "generator", "service"] as const).flatMap((where) => {
    const messages = sources[where].match(SIGNS[where]) ?? [];
    const texts = messages.map((text) => text.replace(/unix:\S+/, "the service's socket").slice(0, 160));
    return tally(texts).map(([text, count]) => `${where}: ${text} (${often(count)})`);
  });
  const answered = tally(sources.statuses).map(
    ([status, count]) => `generator: ${status < 0 ? "answers that broke off" : `status ${status}`} (${often(count)})`,
  );
  const counted = Object.entries(COUNTERS).flatMap(([name, meaning]) => {
    const count = (sources.after.get(name) ?? 0) - (sources.before.get(name) ?? 0);
    return count > 0 ? [`kernel: ${count.toLocaleString("en")} ${meaning} (${name})`] : [];
  });
  return [...found, ...answered, ...counted];
}

function tally<T>(values: readonly T[]): [T, number][] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
}

function often(count: number): string {
  return count === 1 ? "once" : `${count.toLocaleString("en")} times`;
}
