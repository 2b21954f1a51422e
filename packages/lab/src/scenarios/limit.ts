import type { Limit, Run } from "../evidence";
import { availableMebibytes } from "../machine/facts";
import { limitFinding } from "../report/headline";
import { findLimit } from "../search";
import { measure, shares } from "./measure";
import { probePlan } from "./plan";
import { placeFor, startShipped } from "./scenarios";
import type { Workplace } from "./workplace";

export interface SearchBounds {
  /** First number tried. */
  readonly start: number;
  readonly resolution: number;
  readonly maximumProbes: number;
  readonly seconds: number;
}

/** For `connections` that another scenario holds: known to a twentieth of them, in at most ten tries. */
export function boundsFor(connections: number): SearchBounds {
  return {
    start: 2 * connections,
    resolution: Math.max(1, Math.ceil(connections / 20)),
    maximumProbes: 10,
    seconds: 180,
  };
}

/** Generator, kernel at both ends and nginx, without a service; with room for growth. */
const KIB_PER_CONNECTION = 24;
/** What the run leaves free for others. */
const LEFT_MIB = 1_024;
/** More than one server may ever be asked to hold here. */
const MOST_CONNECTIONS = 100_000;

/** The highest number that the shipped configuration holds on this machine: nginx is restarted for each try. */
export async function searchLimit(workplace: Workplace, bounds: SearchBounds): Promise<Limit> {
  const ceiling = ceilingOf(availableMebibytes());
  const deadline = Date.now() + bounds.seconds * 1000;
  const tries: { readonly run: Run; readonly seconds: number }[] = [];
  let address = 1;
  const probe = async (connections: number): Promise<{ isHeld: boolean }> => {
    const began = Date.now();
    // New addresses each time: ports of the try before rest for a minute.
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
