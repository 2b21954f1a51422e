import { type Environment, instanceType } from "../../../../../src/environments";
import { noise, overDay, STEP, wobble } from "./day";
import { age, isStarting } from "./incident";
import type { Sample, Samples } from "./metric";
import type { Server } from "./servers";

/** Sockets per connection of a server, by state: to clients, and from nginx to its service. */
const SOCKETS: Readonly<Record<string, number>> = {
  established: 1.06,
  syn_sent: 0,
  syn_recv: 0.0004,
  fin_wait1: 0.001,
  fin_wait2: 0.004,
  time_wait: 0.14,
  close: 0,
  last_ack: 0.0008,
  closing: 0,
  new_syn_recv: 0,
};

/** Metrics that the Datadog Agents of the servers report. */
export function agentSamples(environment: Environment, servers: readonly Server[]): Samples {
  const { thresholds } = environment.datadog;
  const full = environment.servers.connectionsPerServer;
  const baseline = instanceType(environment.servers.instanceType).networkBaselineMbps;
  /** A value per server, calculated from its share of connections; no data while the instance does not exist. */
  const each =
    (value: (share: number, index: number, server: Server) => number, tags: Record<string, string> = {}): Sample =>
    () =>
      servers.map((server) => ({
        tags: { ...server.tags, ...tags },
        values: overDay((index) => {
          const connections = server.connections[index] ?? NaN;
          return Number.isNaN(connections) ? NaN : value(connections / full, index, server);
        }),
      }));
  const bytes = (share: number, name: string) =>
    each(
      (busy, index, { tags }) =>
        ((baseline * 1e6) / 8) *
        (thresholds.networkPercent.warning / 100) *
        share *
        (0.05 + 0.8 * busy) *
        wobble(`${tags.host} ${name}`, index, 0.06),
      { device: "eth0" },
    );
  return {
    "nginx.net.connections": each((share) => share * full),
    "nginx.net.conn_dropped_per_s": each(() => 0),
    "system.cpu.idle": each(
      (share, index, { tags }) =>
        100 - thresholds.cpuPercent.warning * (0.07 + 0.92 * share) * wobble(`${tags.host} cpu`, index, 0.05),
    ),
    "system.mem.pct_usable": each((share, index, { tags }) => {
      const least = thresholds.memoryUsablePercent.warning / 100;
      const base = 0.62 + 0.06 * noise(`${tags.host} memory`, 0);
      return least + (1 - least) * (base - 0.28 * share) * wobble(`${tags.host} memory`, index, 0.01);
    }),
    "system.uptime": each((_share, index, { tags, isReplacement }) => {
      if (isReplacement) return age(index) * STEP;
      const started = (tags.fleet === "elastic" ? 0.1 : 9 + 5 * noise(`${tags.host} start`, 0)) * 86_400;
      return tags.fleet === "elastic" ? Math.max(0, index * STEP - 71_400) : started + index * STEP;
    }),
    "system.net.bytes_rcvd": bytes(0.24, "received"),
    "system.net.bytes_sent": bytes(0.76, "sent"),
    "network.http.cant_connect": each(
      (_share, index, { isReplacement }) => (isReplacement && isStarting(index) ? 1 : 0),
      {
        instance: "readyz",
      },
    ),
    "dev_one.tcp.connections": (aggregator) => [
      ...Object.entries(SOCKETS).flatMap(([state, each_]) =>
        each(
          (share, index, { tags }) => Math.round(each_ * share * full * wobble(`${tags.host} ${state}`, index, 0.05)),
          {
            state,
          },
        )(aggregator),
      ),
      ...each(
        (_share, index, { tags }) =>
          Math.round(0.05 * thresholds.closeWaitSockets.warning * wobble(`${tags.host} leak`, index, 0.9)),
        {
          state: "close_wait",
        },
      )(aggregator),
      ...each(() => 11, { state: "listen" })(aggregator),
    ],
  };
}
