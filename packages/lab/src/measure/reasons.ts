/** Logs that can name the reason of a failure. */
export interface Sources {
  /** nginx's error log. */
  readonly nginx: string;
  /** Failed requests by the reason that the generator gives. */
  readonly generator: Readonly<Record<string, number>>;
  /** Output of the service. */
  readonly service: string;
}

/** Messages that the programs write when a limit is reached. */
const SIGNS: Readonly<Record<"nginx" | "service", RegExp>> = {
  nginx:
    /\d+ worker_connections are not enough(, reusing connections)?|(accept4?|socket)\(\) failed \(24: Too many open files\)|connect\(\) to unix:\S+ failed \(\d+: [^)]+\)|upstream timed out|upstream prematurely closed connection|no live upstreams|\(12: Cannot allocate memory\)/g,
  service: /Too many open files|The database cannot be used: .*|MemoryError/g,
};

/** Sentences that name a reached limit and how often it was reached; empty when no log names one. */
export function findReasons(sources: Sources): string[] {
  const found = (["nginx", "service"] as const).flatMap((where) => {
    const messages = sources[where].match(SIGNS[where]) ?? [];
    return messages.map((text) => `${where}: ${text.replace(/unix:\S+/, "the service's socket").slice(0, 160)}`);
  });
  const counts = new Map<string, number>();
  for (const reason of found) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  for (const [reason, count] of Object.entries(sources.generator)) counts.set(`generator: ${reason}`, count);
  return [...counts].map(
    ([reason, count]) => `${reason} (${count === 1 ? "once" : `${count.toLocaleString("en")} times`})`,
  );
}
