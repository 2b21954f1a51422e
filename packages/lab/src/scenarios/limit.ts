import type { Limit, Run } from "../evidence/figures";
import { isHeld, limitFinding } from "../evidence/finding";
import { planFor } from "../load/plan";
import { availableMebibytes } from "../measure/proc";
import { runScenario } from "./scenarios";
import type { Workplace } from "./workplace";

const SEARCH_SECONDS = 180;
/** Memory per connection of generator, kernel at both ends and nginx, without a service, with a reserve. */
const KIB_PER_CONNECTION = 24;
/** Memory that the run leaves free for other processes. */
const LEFT_MIB = 1_024;
/** Upper bound of connections of one server in this search. */
const MOST_CONNECTIONS = 100_000;

/**
 * Finds the highest number of connections that the shipped configuration holds on this machine, to a twentieth of those that it
 * has to hold. Each probe restarts nginx.
 */
export async function searchLimit(workplace: Workplace, connectionsToHold: number): Promise<Limit> {
  const ceiling = ceilingOf(availableMebibytes());
  const deadline = Date.now() + SEARCH_SECONDS * 1000;
  const resolution = Math.ceil(connectionsToHold / 20);
  const tries: Run[] = [];
  const result = await findLimit(
    async (connections) => {
      const run = await runScenario(workplace, planFor("limit", connections, 0));
      tries.push(run);
      return isHeld(run);
    },
    {
      start: 40 * resolution,
      ceiling: ceiling.connections,
      resolution,
      hasTime: () => Date.now() < deadline,
    },
  );
  const tryOf = (number: number | null) => tries.find(({ connections }) => connections === number);
  const worst = tryOf(result.failed);
  const reasons = worst?.reasons ?? [];
  return {
    finding: limitFinding({ ...result, ceiling, reasons }),
    ...result,
    ceiling,
    reasons,
    probes: tries.map((run) => {
      return { connections: run.connections, held: run.held, errors: run.errors, isHeld: isHeld(run) };
    }),
    commands: (tryOf(result.held) ?? worst)?.commands ?? [],
  };
}

function ceilingOf(availableMib: number): Limit["ceiling"] {
  const byMemory = Math.floor(((availableMib - LEFT_MIB) * 1024) / KIB_PER_CONNECTION);
  return byMemory < MOST_CONNECTIONS
    ? { connections: Math.max(1, byMemory), reason: `${Math.floor(availableMib)} MiB of free memory` }
    : { connections: MOST_CONNECTIONS, reason: "what this command ever tries" };
}

export interface SearchOptions {
  /** Number of connections of the first probe, a multiple of the resolution. */
  readonly start: number;
  /** Highest number of connections that the machine allows; no probe exceeds it. */
  readonly ceiling: number;
  /** The search ends when the gap between held and failed is at most this. */
  readonly resolution: number;
  /** Whether the time is sufficient for one more probe. */
  readonly hasTime: () => boolean;
}

/**
 * Finds the highest multiple of the resolution, or the ceiling, that can be held: doubles it until a probe fails, then bisects.
 */
export async function findLimit(
  isHeld: (connections: number) => Promise<boolean>,
  { start, ceiling, resolution, hasTime }: SearchOptions,
): Promise<Pick<Limit, "held" | "failed" | "stoppedBy">> {
  let held = 0;
  let failed: number | null = null;
  let next = Math.min(start, ceiling);
  for (;;) {
    if (failed !== null && failed - held <= resolution) return { held, failed, stoppedBy: "resolution" };
    if (held === ceiling) return { held, failed, stoppedBy: "machine" };
    if (!hasTime()) return { held, failed, stoppedBy: "time" };
    if (await isHeld(next)) held = next;
    else failed = next;
    // The middle is rounded up, so that it is always between two different multiples.
    next = failed === null ? Math.min(held * 2, ceiling) : Math.ceil((held + failed) / 2 / resolution) * resolution;
  }
}
