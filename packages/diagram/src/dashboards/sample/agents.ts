import { type Environment, instanceType } from "../../../../../src/environments";
import { noise, REPLACED, STEP, wobble } from "./day";
import { type Samples, samplesOf } from "./samples";
import type { Server } from "./servers";

/** Sockets per connection of a server, by state: to clients, and from nginx to its service. */
const SOCKETS = [
  ["established", 1.06],
  ["syn_recv", 0.0004],
  ["fin_wait1", 0.001],
  ["fin_wait2", 0.004],
  ["time_wait", 0.14],
  ["last_ack", 0.0008],
  ...["syn_sent", "close", "closing", "new_syn_recv"].map((state) => [state, 0] as const),
] as const;

/** Metrics that the Datadog Agents of the servers report. */
export function agentSamples(environment: Environment, servers: readonly Server[]): Samples {
  const { thresholds } = environment.datadog;
  const share = (index: number, server: Server) =>
    (server.connections[index] ?? NaN) / environment.servers.connectionsPerServer;
  const bytes = (part: number, name: string) => (index: number, server: Server) =>
    ((instanceType(server.instanceType).networkBaselineMbps * 1e6) / 8) *
    (thresholds.networkPercent.warning / 100) *
    part *
    (0.05 + 0.8 * share(index, server)) *
    wobble(`${server.tags.host} ${name}`, index, 0.06);
  const tagged = (tags: Readonly<Record<string, string>>) =>
    servers.map((server) => ({ ...server, tags: { ...server.tags, ...tags } }));
  const sockets: readonly (readonly [state: string, value: (index: number, server: Server) => number])[] = [
    ...SOCKETS.map(([state, each]) => {
      const value = (index: number, { tags, connections }: Server) =>
        Math.round(each * (connections[index] ?? NaN) * wobble(`${tags.host} ${state}`, index, 0.05));
      return [state, value] as const;
    }),
    [
      "close_wait",
      (index, { tags }) =>
        Math.round(0.05 * thresholds.closeWaitSockets.warning * wobble(`${tags.host} leak`, index, 0.9)),
    ],
    ["listen", () => 11],
  ];
  const states = sockets.map(([state, value]) => samplesOf(tagged({ state }), { state: value }).state);
  return {
    ...samplesOf(servers, {
      "nginx.net.connections": (index, { connections }) => connections[index] ?? NaN,
      "nginx.net.conn_dropped_per_s": () => 0,
      "nginx.net.reading": (index, { connections }) => 0.001 * (connections[index] ?? NaN),
      "nginx.net.writing": (index, { connections }) => 0.03 * (connections[index] ?? NaN),
      "nginx.net.waiting": (index, { connections }) => 0.969 * (connections[index] ?? NaN),
      "system.cpu.idle": (index, server) =>
        100 -
        thresholds.cpuPercent.warning *
          (0.07 + 0.92 * share(index, server)) *
          wobble(`${server.tags.host} cpu`, index, 0.05),
      "system.mem.pct_usable": (index, server) => {
        const least = thresholds.memoryUsablePercent.warning / 100;
        const name = `${server.tags.host} memory`;
        const base = 0.62 + 0.06 * noise(name, 0) - 0.28 * share(index, server);
        return least + (1 - least) * base * wobble(name, index, 0.01);
      },
      "system.uptime": (index, { tags, isReplacement }) => {
        if (isReplacement) return (index - REPLACED) * STEP;
        if (tags.fleet === "elastic") return Math.max(0, index * STEP - 71_400);
        return (9 + 5 * noise(`${tags.host} start`, 0)) * 86_400 + index * STEP;
      },
    }),
    ...samplesOf(tagged({ device: "/dev/nvme0n1p1" }), {
      "system.disk.in_use": (index, { tags }) => 0.24 + 0.02 * noise(`${tags.host} disk`, 0) + 0.0002 * index,
      "system.fs.inodes.in_use": (_, { tags }) => 0.02 + 0.002 * noise(`${tags.host} inodes`, 0),
    }),
    ...samplesOf(tagged({ device: "eth0" }), {
      "system.net.bytes_rcvd": bytes(0.24, "received"),
      "system.net.bytes_sent": bytes(0.76, "sent"),
    }),
    ...samplesOf(tagged({ instance: "readyz" }), {
      "network.http.cant_connect": (index, { isReplacement }) => (isReplacement && index === REPLACED ? 1 : 0),
    }),
    "dev_one.tcp.connections": (aggregator) => states.flatMap((sample) => sample?.(aggregator) ?? []),
  };
}
