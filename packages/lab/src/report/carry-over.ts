import type { Evidence, Run } from "../evidence";

/** Assumed speed of one vCPU of the instance relative to a core of this machine; not measured. */
export const ASSUMED_SPEED = 0.5;
/** nginx closes idle connections when less than this share of `worker_connections` is free. */
const KEPT_FREE = 1 / 16;

/** Figures for the instance type, calculated from the runs; undefined if a run is missing. */
export interface CarryOver {
  /** Memory of nginx per connection, KiB: answered by nginx, and proxied to the service. */
  readonly nginxKib: number | undefined;
  readonly proxiedKib: number | undefined;
  /** Memory of the example service per connection, KiB. */
  readonly serviceKib: number | undefined;
  /** Kernel memory per end of a connection, KiB. */
  readonly kernelKib: number | undefined;
  /** Total memory of a server at its design number of proxied connections, MiB. */
  readonly serverMib: number | undefined;
  /** `serverMib` in percent of the instance's memory. */
  readonly memoryPercent: number | undefined;
  /** CPU of nginx in this run, in percent of the instance's CPU. */
  readonly nginxPercent: number | undefined;
  /** CPU of the service in this run, in percent of one vCPU of the instance. */
  readonly servicePercent: number | undefined;
  /** Connections at which nginx starts to close idle ones: answered by nginx, and proxied to the service. */
  readonly direct: number;
  readonly proxied: number;
}

export function carryOver({ instanceType, connectionsPerServer, workerConnections, runs }: Evidence): CarryOver {
  const shipped = runs.find(({ scenario }) => scenario === "shipped");
  const service = runs.find(({ scenario }) => scenario === "service");
  const polls = runs.find(({ scenario }) => scenario === "long-poll");
  const proxiedKib = each(polls, polls?.means.nginxMib, polls?.nginxEmptyMib);
  const serviceKib = each(polls, polls?.means.serviceMib, polls?.serviceEmptyMib);
  // Includes both ends of the client connections and both ends of the connections to the service.
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

/** Memory growth per connection, KiB. */
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
