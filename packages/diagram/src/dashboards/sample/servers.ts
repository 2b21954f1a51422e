import { createHash } from "node:crypto";

import {
  type Environment,
  serviceOfAllServers,
  serviceOfServer,
  servicesWithGroup,
  sizing,
} from "../../../../../src/environments";
import { at, FAILED, load, noise, overDay, REPLACED, wobble } from "./day";

/** A server of the day, during the lifetime of its instance. */
export type Server = ReturnType<typeof serversOf>[number];

/** Peak connections of a normal day, as a share of the design capacity of the named servers. */
const PEAK = 0.64;
/** Sample at which the elastic group scales out, and the samples until full load. */
const HELP = { from: at(11 + 5 / 6), ramp: 5 };

/** A server of the day, before its connections are known. */
interface Member {
  readonly zone: string;
  /** Name of a named server; undefined for one of another group. */
  readonly server: string | undefined;
  readonly fleet: "named" | "elastic" | "own-group";
  readonly service: string;
  readonly instanceType: string;
  readonly isReplacement?: boolean;
  /** The relative share of the connections: equal for all servers, and lower for a new server. */
  readonly weight: (index: number) => number;
}

/**
 * Every instance that existed during the day: named servers and the replacement of one, elastic servers, and the smallest size of each
 * group of a service.
 */
export function serversOf(environment: Environment) {
  const { zones, servers } = environment;
  const { instanceType } = servers;
  const named = zones.flatMap(({ name: zone, servers: names }) =>
    Object.keys(names).map((server) => {
      const service = serviceOfServer(environment, server).name;
      return { zone, server, fleet: "named" as const, service, instanceType };
    }),
  );
  const failing = named.at(-2) ?? named[0];
  const elastic = zones.slice(0, elasticInService(environment)).map(({ name: zone }) => ({
    zone,
    server: undefined,
    fleet: "elastic" as const,
    service: serviceOfAllServers(environment)?.name ?? "",
    instanceType,
    weight: (index: number) => Math.min(1, Math.max(0, (index - HELP.from) / HELP.ramp)),
  }));
  const shared: Member[] = [
    ...named.map((one) => ({ ...one, weight: (index: number) => (one === failing && index >= FAILED ? 0 : 1) })),
    ...(failing === undefined
      ? []
      : [{ ...failing, isReplacement: true, weight: (index: number) => (index >= REPLACED ? 1 : 0) }]),
    ...elastic,
  ];
  const groups = servicesWithGroup(environment).map(({ name, placement }) =>
    Array.from({ length: placement.minimum }, (_, number): Member => ({
      zone: zones[number % zones.length]?.name ?? "",
      server: undefined,
      fleet: "own-group",
      service: name,
      instanceType: placement.instanceType,
      weight: () => 1,
    })),
  );
  return [
    withConnections(environment, shared, named.length),
    ...groups.map((all) => withConnections(environment, all, all.length)),
  ].flat();
}

/** Servers with their connections: those of the clients of as many servers, in equal parts for each zone that has any. */
function withConnections(environment: Environment, members: readonly Member[], size: number) {
  const wanted = overDay((index) => load(index) * PEAK * size * environment.servers.connectionsPerServer);
  const zones = new Set(members.map(({ zone }) => zone)).size;
  return members.map(({ zone, server, fleet, service, instanceType, isReplacement = false, weight }, number) => {
    const start = fleet === "own-group" ? `${service} ${number}` : `${zone} ${server ?? fleet}`;
    const host = instanceId(`${start} ${isReplacement ? "new" : "first"}`);
    const neighbours = members.filter((other) => other.zone === zone);
    const own = 1 + 0.06 * noise(host, 0);
    return {
      tags: {
        host,
        server: server ?? `${fleet === "elastic" ? fleet : service}-${host}`,
        service,
        zone,
        fleet,
        env: environment.name,
        project: "dev-one",
      },
      instanceType,
      isReplacement,
      /** Whether its instance exists at a sample. */
      exists: (index: number) => weight(index) > 0,
      /** Connections for each sample. */
      connections: overDay((index) => {
        const part = weight(index) / neighbours.reduce((sum, other) => sum + other.weight(index), 0);
        return Math.round(((wanted[index] ?? 0) / zones) * part * own * wobble(host, index, 0.03));
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
