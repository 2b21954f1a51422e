export interface SearchOptions {
  /** Number of connections of the first probe. */
  readonly start: number;
  /** Highest number of connections that the machine allows; no probe exceeds it. */
  readonly ceiling: number;
  /** The search ends when the gap between held and failed is at most this. */
  readonly resolution: number;
  /** Whether the time is sufficient for one more probe. */
  readonly hasTime: () => boolean;
}

export interface SearchResult {
  /** Highest number of connections held; 0 if every probe failed. */
  readonly held: number;
  /** Lowest number of connections not held; null if no probe failed. */
  readonly failed: number | null;
  readonly stoppedBy: "resolution" | "time" | "machine";
}

/** Finds the highest number of connections that can be held: doubles it until a probe fails, then bisects. */
export async function findLimit(
  isHeld: (connections: number) => Promise<boolean>,
  { start, ceiling, resolution, hasTime }: SearchOptions,
): Promise<SearchResult> {
  let held = 0;
  let failed: number | null = null;
  let next = Math.min(start, ceiling);
  for (;;) {
    if (failed !== null && failed - held <= resolution) return { held, failed, stoppedBy: "resolution" };
    if (failed === null && held === ceiling) return { held, failed, stoppedBy: "machine" };
    if (!hasTime()) return { held, failed, stoppedBy: "time" };
    if (await isHeld(next)) held = next;
    else failed = next;
    next = failed === null ? Math.min(held * 2, ceiling) : middle(held, failed, resolution);
  }
}

/** The midpoint, rounded to a multiple of the resolution. */
function middle(held: number, failed: number, resolution: number): number {
  const half = Math.round((held + failed) / 2 / resolution) * resolution;
  return half > held && half < failed ? half : Math.floor((held + failed) / 2);
}
