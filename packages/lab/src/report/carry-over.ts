import type { Evidence, Run } from "../evidence";

/** Assumed, not measured: what a virtual core of the instance does, against a core here. */
export const ASSUMED_SPEED = 0.5;
/** nginx closes connections that rest when fewer than this share of `worker_connections` is free. */
const KEPT_FREE = 1 / 16;

/** What follows from the runs for the instance type, by arithmetic only. Undefined where a run is missing. */
export interface CarryOver {
  /** nginx for each connection, KiB: answered by itself, and handed on. */
  readonly nginxKib: number | undefined;
  readonly proxiedKib: number | undefined;
  /** The example service for each connection, KiB. */
  readonly serviceKib: number | undefined;
  /** The kernel for each end of a connection, KiB. */
  readonly kernelKib: number | undefined;
  /** All memory of a server with as many connections as it is sized for, through the service, MiB. */
  readonly serverMib: number | undefined;
  /** Share of the instance's memory, percent. */
  readonly memoryPercent: number | undefined;
  /** Share of the instance's CPU for what nginx did here, percent. */
  readonly nginxPercent: number | undefined;
  /** Share of one of its virtual cores for what the service did here, percent. */
  readonly servicePercent: number | undefined;
  /** Connections before nginx closes resting ones: answered by itself, and handed on. */
  readonly direct: number;
  readonly proxied: number;
}

export function carryOver({ instanceType, connectionsPerServer, workerConnections, runs }: Evidence): CarryOver {
  const shipped = runs.find(({ scenario }) => scenario === "shipped");
  const service = runs.find(({ scenario }) => scenario === "service");
  const polls = runs.find(({ scenario }) => scenario === "long-poll");
  const proxiedKib = each(polls, polls?.means.nginxMib, polls?.nginxEmptyMib);
  const serviceKib = each(polls, polls?.means.serviceMib, polls?.serviceEmptyMib);
  // Both ends of the clients' connections, and both of those to the service.
  const pollsKernelKib = each(polls, polls?.means.kernelMib, 0);
  const serverMib =
    polls === undefined || proxiedKib === undefined || serviceKib === undefined || pollsKernelKib === undefined
      ? undefined
      : (polls.nginxEmptyMib ?? 0) +
        (polls.serviceEmptyMib ?? 0) +
        ((proxiedKib + serviceKib + pollsKernelKib) * connectionsPerServer) / 1024;
  const usable = Math.floor(workerConnections * (1 - KEPT_FREE)) * instanceType.cores;
  return {
    nginxKib: each(shipped, shipped?.means.nginxMib, shipped?.nginxEmptyMib),
    proxiedKib,
    serviceKib,
    // Both ends of every connection are on this machine.
    kernelKib: each(shipped, shipped?.means.kernelMib, 0, 2),
    serverMib,
    memoryPercent: serverMib === undefined ? undefined : (serverMib / (instanceType.memoryGib * 1024)) * 100,
    nginxPercent: divided(shipped?.means.nginxCpu, ASSUMED_SPEED * instanceType.cores),
    servicePercent: divided(service?.means.serviceCpu, ASSUMED_SPEED),
    direct: usable,
    proxied: usable / 2,
  };
}

/** Growth of memory for each connection, KiB. */
function each(
  run: Run | undefined,
  mib: number | null | undefined,
  emptyMib: number | null | undefined,
  ends = 1,
): number | undefined {
  if (run === undefined || typeof mib !== "number" || typeof emptyMib !== "number") return undefined;
  return ((mib - emptyMib) * 1024) / (run.connections * ends);
}

function divided(value: number | null | undefined, by: number): number | undefined {
  return typeof value === "number" ? value / by : undefined;
}
