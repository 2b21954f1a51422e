export interface Outcome {
  /** Whether all of them were held without an error. */
  readonly isHeld: boolean;
}

export interface SearchOptions {
  /** The first number tried. */
  readonly start: number;
  /** No number above it is tried: what the machine allows beside the server. */
  readonly ceiling: number;
  /** The search ends when the limit is known as exactly as this. */
  readonly resolution: number;
  readonly maximumProbes: number;
  /** Whether there is time for one more. */
  readonly hasTime: () => boolean;
}

export interface SearchResult {
  /** Highest number held; 0 when none was. */
  readonly held: number;
  /** Lowest number not held; null when all were. */
  readonly failed: number | null;
  readonly stoppedBy: "resolution" | "probes" | "time" | "machine";
}

/** Finds the highest number that can be held: doubles it until one fails, then halves the gap. */
export async function findLimit(
  probe: (connections: number) => Promise<Outcome>,
  { start, ceiling, resolution, maximumProbes, hasTime }: SearchOptions,
): Promise<SearchResult> {
  let held = 0;
  let failed: number | null = null;
  let next = Math.min(start, ceiling);
  for (let probes = 0; ; probes += 1) {
    if (failed !== null && failed - held <= resolution) return { held, failed, stoppedBy: "resolution" };
    if (failed === null && held === ceiling) return { held, failed, stoppedBy: "machine" };
    if (probes >= maximumProbes) return { held, failed, stoppedBy: "probes" };
    if (!hasTime()) return { held, failed, stoppedBy: "time" };
    if ((await probe(next)).isHeld) held = next;
    else failed = next;
    next = failed === null ? Math.min(held * 2, ceiling) : middle(held, failed, resolution);
  }
}

/** In whole steps of the resolution, so that the figure is a round one. */
function middle(held: number, failed: number, resolution: number): number {
  const half = Math.round((held + failed) / 2 / resolution) * resolution;
  return half > held && half < failed ? half : Math.floor((held + failed) / 2);
}
