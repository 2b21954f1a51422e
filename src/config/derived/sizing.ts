import type { Environment } from "../schema/environment";
import { serviceOfAllServers } from "./services";

/**
 * Connections that nginx can proxy to the service for each CPU: a worker has 16,384, keeps a sixteenth of them free, and needs
 * two for each (src/servers/bootstrap/files/etc/nginx/nginx.conf).
 */
export const PROXIED_CONNECTIONS_PER_CPU = 7680;

/** How many servers an environment runs; all of it follows from the peak and the address table. */
export interface Sizing {
  /** Named servers in each zone. */
  readonly namedPerZone: number;
  /** Servers that hold the peak. */
  readonly serversForPeak: number;
  /** Largest size of the elastic group, 0 without one: with it, the zones that are left hold the peak when one is lost. */
  readonly elasticMaximum: number;
}

/** @see docs/decisions/0003-sizes-are-computed.md */
export function sizing(environment: Environment): Sizing {
  const zones = environment.zones.length;
  const namedPerZone = Object.keys(environment.zones[0]?.servers ?? {}).length;
  const isElastic = serviceOfAllServers(environment) !== undefined;
  const serversForPeak = Math.ceil(environment.servers.peakConnections / environment.servers.connectionsPerServer);
  const neededPerZone = Math.ceil(serversForPeak / (zones - 1));
  const elasticMaximum = isElastic ? zones * Math.max(0, neededPerZone - namedPerZone) : 0;
  return { namedPerZone, serversForPeak, elasticMaximum };
}
