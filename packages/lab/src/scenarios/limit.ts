import type { Limit, Run } from "../evidence";
import { availableMebibytes } from "../machine/facts";
import { limitFinding } from "../report/headline";
import { findLimit } from "../search";
import { measure, shares } from "./measure";
import { probePlan } from "./plan";
import { placeFor, startShipped } from "./scenarios";
import type { Workplace } from "./workplace";

export interface SearchBounds {
  /** Number of connections of the first probe. */
  readonly start: number;
  readonly resolution: number;
  readonly maximumProbes: number;
  readonly seconds: number;
}

/** Bounds for a server that holds `connections`: the resolution is a twentieth of them, with at most ten probes. */
export function boundsFor(connections: number): SearchBounds {
  return {
    start: 2 * connections,
    resolution: Math.max(1, Math.ceil(connections / 20)),
    maximumProbes: 10,
    seconds: 180,
  };
}

/** Memory per connection of generator, kernel at both ends and nginx, without a service, with a reserve. */
const KIB_PER_CONNECTION = 24;
/** Memory that the run leaves free for other processes. */
const LEFT_MIB = 1_024;
/** Upper bound of connections of one server in this search. */
const MOST_CONNECTIONS = 100_000;

/** Finds the highest number of connections that the shipped configuration holds on this machine. Each probe restarts nginx. */
export async function searchLimit(workplace: Workplace, bounds: SearchBounds): Promise<Limit> {
  const ceiling = ceilingOf(availableMebibytes());
  const deadline = Date.now() + bounds.seconds * 1000;
  const tries: { readonly run: Run; readonly seconds: number }[] = [];
  let address = 1;
  const probe = async (connections: number): Promise<{ isHeld: boolean }> => {
    const began = Date.now();
    // Each probe uses new addresses, because the ports of the previous probe stay in TIME_WAIT for a minute.
    const used = shares(workplace, connections, address).length;
    if (address + used > 254) address = 1;
    const place = placeFor(workplace, `limit-${tries.length}`, connections, address);
    address += used;
    try {
      const nginx = await startShipped(workplace, place);
      const run = await measure(workplace, probePlan(connections), { place, nginx, hasStatus: true });
      tries.push({ run, seconds: Math.round((Date.now() - began) / 1000) });
      return { isHeld: isHeld(run) };
    } finally {
      await workplace.processes.stop();
    }
  };
  const result = await findLimit(probe, {
    start: bounds.start,
    ceiling: ceiling.connections,
    resolution: bounds.resolution,
    maximumProbes: bounds.maximumProbes,
    hasTime: () => Date.now() < deadline,
  });
  const best = tries.find(({ run }) => run.connections === result.held)?.run;
  const worst = tries.find(({ run }) => run.connections === result.failed)?.run;
  const reasons = worst?.reasons ?? [];
  return {
    finding: limitFinding({ ...result, ceiling, reasons }),
    ...result,
    ceiling,
    reasons,
    probes: tries.map(({ run, seconds }) => ({
      connections: run.connections,
      held: run.held,
      errors: run.errors,
      seconds,
      isHeld: isHeld(run),
      reasons: run.reasons,
    })),
    requestsPerSecondAsked: best?.requestsPerSecondAsked ?? worst?.requestsPerSecondAsked ?? 0,
    nginxMib: best?.means.nginxMib ?? null,
    kernelMib: best?.means.kernelMib ?? null,
    commands: (best ?? worst)?.commands ?? [],
  };
}

function isHeld({ errors, held, connections }: Run): boolean {
  return errors === 0 && held >= connections;
}

function ceilingOf(availableMib: number): Limit["ceiling"] {
  const byMemory = Math.floor(((availableMib - LEFT_MIB) * 1024) / KIB_PER_CONNECTION);
  return byMemory < MOST_CONNECTIONS
    ? { connections: Math.max(1, byMemory), reason: `${Math.floor(availableMib)} MiB of free memory` }
    : { connections: MOST_CONNECTIONS, reason: "what this command ever tries" };
}
