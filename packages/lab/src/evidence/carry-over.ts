import type { Evidence, Run } from "./figures";
import { count } from "./finding";

/** Assumed speed of one vCPU of the instance relative to a core of this machine; not measured. */
const ASSUMED_SPEED = 0.5;
/** nginx closes idle connections when less than this share of `worker_connections` is free. */
const KEPT_FREE = 1 / 16;

/** Sentences about the instance type, calculated from the runs; without those whose run or figure is missing. */
export function carryOver({ instanceType, connectionsPerServer, workerConnections, runs }: Evidence): string[] {
  const { name, cores, memoryGib } = instanceType;
  const [shipped, service, polls] = (["shipped", "service", "long-poll"] as const).map((scenario) =>
    runs.find((run) => run.scenario === scenario),
  );
  // Both ends of every connection are on this machine.
  const nginxKib = growthKib(shipped, "nginxMib", shipped?.nginxEmptyMib);
  const kernelKib = growthKib(shipped, "kernelMib", 0) / 2;
  const proxiedKib = growthKib(polls, "nginxMib", polls?.nginxEmptyMib);
  const serviceKib = growthKib(polls, "serviceMib", polls?.serviceEmptyMib);
  // Includes both ends of the client connections and both ends of the connections to the service.
  const polledKib = proxiedKib + serviceKib + growthKib(polls, "kernelMib", 0);
  const emptyMib = (polls?.nginxEmptyMib ?? 0) + (polls?.serviceEmptyMib ?? 0);
  const serverMib = emptyMib + (polledKib * connectionsPerServer) / 1024;
  const nginxCpu = shipped?.means.nginxCpu ?? NaN;
  const serviceCpu = service?.means.serviceCpu ?? NaN;
  const usable = Math.floor(workerConnections * (1 - KEPT_FREE)) * cores;
  const sentences: [figure: number, sentence: string][] = [
    [
      nginxKib + kernelKib,
      `**Memory, without a service.** A connection took ${kib(nginxKib)} of nginx and ${kib(kernelKib)} of the kernel for each end.`,
    ],
    [
      serverMib,
      `**Memory, through the service.** A long poll took ${kib(proxiedKib)} of nginx and ${kib(serviceKib)} of the service. ${count(connectionsPerServer)} of them, with the kernel's share for both ends (a server has only one): ${count(Math.round(serverMib))} MiB, ${((serverMib / memoryGib / 1024) * 100).toFixed(1)} % of the ${memoryGib} GiB of an ${name}.`,
    ],
    [
      nginxCpu,
      `**CPU of nginx.** ${count(shipped?.requestsPerSecond ?? 0)} requests/s took ${percentOfCore(nginxCpu)}. If a vCPU of the instance does half of what a core does here (assumed, not measured), that is ${Math.round(nginxCpu / ASSUMED_SPEED / cores)} % of the ${cores} vCPUs.`,
    ],
    [
      serviceCpu,
      `**CPU of the service.** ${count(service?.requestsPerSecond ?? 0)} requests/s took ${percentOfCore(serviceCpu)}, and the database, which on AWS is another machine, ${percentOfCore(service?.means.databaseCpu ?? 0)}. By the same assumption that is ${Math.round(serviceCpu / ASSUMED_SPEED)} % of one vCPU. The example is one process and has no more than one: what a busier service needs, its own measurements must say.`,
    ],
    [
      usable,
      `**Connections.** ${cores} workers with ${count(workerConnections)} each, of which nginx keeps a sixteenth free: ${count(usable)} connections that it answers itself, or ${count(usable / 2)} that it hands on, each of which is two. A server is sized for ${count(connectionsPerServer)}.`,
    ],
  ];
  return sentences.flatMap(([figure, sentence]) => (Number.isNaN(figure) ? [] : [sentence]));
}

/** Memory growth per connection, KiB; NaN if it is not known. */
function growthKib(run: Run | undefined, column: keyof Run["means"], emptyMib: number | null | undefined): number {
  if (run === undefined) return NaN;
  return (((run.means[column] ?? NaN) - (emptyMib ?? NaN)) * 1024) / run.connections;
}

function kib(value: number): string {
  return `${value.toFixed(1)} KiB`;
}

function percentOfCore(value: number): string {
  return `${Math.round(value)} % of one core`;
}
