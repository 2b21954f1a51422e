/** Logs that can name the reason of a failure. */
export interface Sources {
  /** nginx's error log. */
  readonly nginx: string;
  /** Output of the generator's processes. */
  readonly generator: string;
  /** The statuses other than 2xx that the generator received; -1 stands for a truncated answer. */
  readonly statuses: readonly number[];
  /** Output of the service. */
  readonly service: string;
}

/** Messages that the programs write when a limit is reached. */
const SIGNS: Readonly<Record<"nginx" | "generator" | "service", RegExp>> = {
  nginx:
    /\d+ worker_connections are not enough(, reusing connections)?|(accept4?|socket)\(\) failed \(24: Too many open files\)|connect\(\) to unix:\S+ failed \(\d+: [^)]+\)|upstream timed out|upstream prematurely closed connection|no live upstreams|\(12: Cannot allocate memory\)/g,
  generator:
    /Too many open files|Cannot assign requested address|client could not connect to host|Cannot allocate memory|std::bad_alloc/g,
  service: /Too many open files|The database cannot be used: .*|MemoryError/g,
};

/** Sentences that name a reached limit and how often it was reached; empty when no log names one. */
export function findReasons(sources: Sources): string[] {
  const found = (["nginx", "generator", "service"] as const).flatMap((where) => {
    const messages = sources[where].match(SIGNS[where]) ?? [];
    return messages.map((text) => `${where}: ${text.replace(/unix:\S+/, "the service's socket").slice(0, 160)}`);
  });
  const answered = sources.statuses.map(
    (status) => `generator: ${status < 0 ? "answers that broke off" : `status ${status}`}`,
  );
  const counts = new Map<string, number>();
  for (const reason of [...found, ...answered]) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(
    ([reason, count]) => `${reason} (${count === 1 ? "once" : `${count.toLocaleString("en")} times`})`,
  );
}
