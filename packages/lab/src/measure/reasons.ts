/** Logs and counters that can name the reason of a failure. */
export interface Sources {
  /** nginx's error log. */
  readonly nginx: string;
  /** Output of the generator's processes. */
  readonly generator: string;
  /** Number of answers for each status other than 2xx that the generator received; -1 stands for a truncated answer. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Output of the service. */
  readonly service: string;
  /** Kernel counters before and after the run. */
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
}

interface Sign {
  readonly where: "nginx" | "generator" | "service";
  readonly pattern: RegExp;
}

/** Messages that the programs write when a limit is reached. */
const SIGNS: readonly Sign[] = [
  { where: "nginx", pattern: /\d+ worker_connections are not enough(, reusing connections)?/g },
  { where: "nginx", pattern: /accept4?\(\) failed \(24: Too many open files\)/g },
  { where: "nginx", pattern: /socket\(\) failed \(24: Too many open files\)/g },
  { where: "nginx", pattern: /connect\(\) to unix:\S+ failed \(\d+: [^)]+\)/g },
  { where: "nginx", pattern: /upstream timed out/g },
  { where: "nginx", pattern: /upstream prematurely closed connection/g },
  { where: "nginx", pattern: /no live upstreams/g },
  { where: "nginx", pattern: /\(12: Cannot allocate memory\)/g },
  { where: "generator", pattern: /Too many open files/g },
  { where: "generator", pattern: /Cannot assign requested address/g },
  { where: "generator", pattern: /client could not connect to host/g },
  { where: "generator", pattern: /Cannot allocate memory|std::bad_alloc/g },
  { where: "service", pattern: /Too many open files/g },
  { where: "service", pattern: /The database cannot be used: .*/g },
  { where: "service", pattern: /MemoryError/g },
];

/** Counters of the whole machine that rise when a kernel limit is reached. */
const COUNTERS: Readonly<Record<string, string>> = {
  ListenOverflows: "connections dropped because a queue to accept them was full",
  TCPReqQFullDrop: "half-open connections dropped because their queue was full",
  TCPAbortOnMemory: "connections aborted for lack of memory",
  TCPMemoryPressures: "times that TCP's memory was short",
};

const PATH = /unix:\S+/;

/** Sentences that name a reached limit and how often it was reached; empty when no log and no counter names one. */
export function findReasons(sources: Sources): string[] {
  const found = SIGNS.flatMap(({ where, pattern }) => {
    const times = new Map<string, number>();
    for (const [match] of sources[where].matchAll(pattern)) {
      const text = match.replace(PATH, "the service's socket").slice(0, 160);
      times.set(text, (times.get(text) ?? 0) + 1);
    }
    return [...times].map(([text, count]) => `${where}: ${text} (${often(count)})`);
  });
  const answered = [...sources.statuses].map(
    ([status, count]) => `generator: ${status < 0 ? "answers that broke off" : `status ${status}`} (${often(count)})`,
  );
  const counted = Object.entries(COUNTERS).flatMap(([name, meaning]) => {
    const count = (sources.after.get(name) ?? 0) - (sources.before.get(name) ?? 0);
    return count > 0 ? [`kernel: ${count.toLocaleString("en")} ${meaning} (${name})`] : [];
  });
  return [...found, ...answered, ...counted];
}

function often(count: number): string {
  return count === 1 ? "once" : `${count.toLocaleString("en")} times`;
}
