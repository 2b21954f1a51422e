import { min } from "../arithmetic";
import { withTag } from "../simulation";
import type { Moment, ServerLoad } from "./clients";
import { areAbout, calm, type Conditions } from "./conditions";
import { conditionsOf, isUp } from "./fleet";

const IDLE_CPU = 6;
/** CPU of a server that holds as many connections as it is sized for, in addition to its idle CPU. */
const FULL_CPU = 55;
/** Bytes per second of one connection in each direction. */
export const BYTES_PER_CONNECTION = 1500;

export function cpuPercent({ server, connections }: ServerLoad, conditions: Conditions): number {
  const full = connections / server.connectionsPerServer;
  const work = areAbout(conditions, server.service) ? conditions.work : calm.work;
  const busy = IDLE_CPU + FULL_CPU * full * work + conditionsOf(server, conditions).otherCpu;
  return min(99, busy);
}

/** The metrics that the agents send, of the servers that run one. */
export function sendServerMetrics(moment: Moment): void {
  const { telemetry, minute, design, fleet, load, conditions } = moment;
  const loads = new Map(load.servers.map((each) => [each.server.host, each]));
  for (const server of fleet.servers) {
    const own = conditionsOf(server, conditions);
    // The agent starts after the service.
    if (!isUp(server, minute) || !own.agentRuns) continue;
    const tags = withTag(server.tags, "fleet", server.fleet);
    const serverLoad = loads.get(server.host) ?? { server, connections: 0, dropped: 0, outOfConnections: 0 };
    const bytes = serverLoad.connections * BYTES_PER_CONNECTION;
    // Without a release, nginx answers /readyz by itself.
    const needsDatabase = design.pools.some(({ service }) => service.name === server.service && service.database);
    const isReady = !conditions.expectsProgram || (own.isReady && (conditions.databaseUp || !needsDatabase));
    const send = (metric: string, value: number, its = tags) => {
      telemetry.value(metric, its, minute, value);
    };
    const device = withTag(tags, "device", "eth0");
    const readyz = withTag(tags, "instance", "readyz");
    if (own.nginxAnswers) {
      send("nginx.net.connections", serverLoad.connections);
      send("nginx.net.conn_dropped_per_s", serverLoad.dropped);
    }
    if (serverLoad.outOfConnections > 0 && own.logsArrive) {
      send(
        `dev_one.${design.environment.name.replaceAll("-", "_")}.http.out_of_connections`,
        serverLoad.outOfConnections,
        server.tags,
      );
    }
    send("system.cpu.idle", 100 - cpuPercent(serverLoad, conditions));
    send("system.mem.pct_usable", own.usableMemory);
    send("system.disk.in_use", own.diskInUse, withTag(tags, "device", "/dev/nvme0n1p1"));
    send("system.uptime", (minute - server.startedAt) * 60);
    send("system.net.bytes_rcvd", bytes * own.received, device);
    send("system.net.bytes_sent", bytes * own.sent, device);
    send("network.http.cant_connect", isReady ? 0 : 1, readyz);
    if (own.canReadSockets) {
      send("dev_one.tcp.connections", serverLoad.connections, withTag(tags, "state", "established"));
      send("dev_one.tcp.connections", own.socketsInCloseWait, withTag(tags, "state", "close_wait"));
    }
    telemetry.check("datadog.agent.up", tags, minute, "OK");
    telemetry.check("nginx.can_connect", tags, minute, own.nginxAnswers ? "OK" : "CRITICAL");
    telemetry.check("http.can_connect", readyz, minute, isReady ? "OK" : "CRITICAL");
    telemetry.check("dev_one.tcp.can_read", tags, minute, own.canReadSockets ? "OK" : "CRITICAL");
  }
}
