import { createHash } from "node:crypto";

import { type Environment, serviceOfAllServers, serviceOfServer, sizing } from "../../../../../src/environments";
import { at, FAILED, load, noise, overDay, REPLACED, wobble } from "./day";

/** A server of the day, during the lifetime of its instance. */
export type Server = ReturnType<typeof serversOf>[number];

/** Peak connections of a normal day, as a share of the design capacity of the named servers. */
const PEAK = 0.64;
/** Sample at which the elastic group scales out, and the samples until full load. */
const HELP = { from: at(11 + 5 / 6), ramp: 5 };

/** Every instance that existed during the day, the replacement after the other named ones. */
export function serversOf(environment: Environment) {
  const { name: env, zones } = environment;
  const named = zones.flatMap(({ name: zone, servers }) => Object.keys(servers).map((server) => ({ zone, server })));
  const failing = named.at(-2) ?? named[0];
  // The weight is the relative share of the connections: equal for all servers, and lower for a new server.
  const members = [
    ...named.map((one) => ({ ...one, weight: (index: number) => (one === failing && index >= FAILED ? 0 : 1) })),
    ...(failing === undefined
      ? []
      : [{ ...failing, isReplacement: true, weight: (index: number) => (index >= REPLACED ? 1 : 0) }]),
    ...zones.slice(0, elasticInService(environment)).map(({ name: zone }) => ({
      zone,
      server: "elastic",
      weight: (index: number) => Math.min(1, Math.max(0, (index - HELP.from) / HELP.ramp)),
    })),
  ].map((member) => ({ isReplacement: false, ...member }));
  const wanted = overDay((index) => load(index) * PEAK * named.length * environment.servers.connectionsPerServer);
  return members.map(({ zone, server, isReplacement, weight }) => {
    const host = instanceId(`${zone} ${server} ${isReplacement ? "new" : "first"}`);
    const fleet = server === "elastic" ? "elastic" : "named";
    const service = fleet === "named" ? serviceOfServer(environment, server) : serviceOfAllServers(environment);
    const neighbours = members.filter((other) => other.zone === zone);
    const own = 1 + 0.06 * noise(host, 0);
    return {
      tags: {
        host,
        server: fleet === "named" ? server : `elastic-${host}`,
        service: service?.name ?? "",
        zone,
        fleet,
        env,
        project: "dev-one",
      },
      isReplacement,
      /** Whether its instance exists at a sample. */
      exists: (index: number) => weight(index) > 0,
      /** Connections for each sample. */
      connections: overDay((index) => {
        const part = weight(index) / neighbours.reduce((sum, other) => sum + other.weight(index), 0);
        return Math.round(((wanted[index] ?? 0) / zones.length) * part * own * wobble(host, index, 0.03));
      }),
    };
  });
}

/** Number of elastic servers at the peak: one per zone, and fewer than the maximum of the group. */
export function elasticInService(environment: Environment): number {
  return Math.max(0, Math.min(environment.zones.length, sizing(environment).elasticMaximum - 1));
}

/** Whether the elastic group has scaled out. */
export function isHelping(index: number): boolean {
  return index > HELP.from;
}

function instanceId(of: string): string {
  return `i-0${createHash("sha256").update(of).digest("hex").slice(0, 16)}`;
}
