import { createHash } from "node:crypto";

import { type Environment, sizing } from "../../../../../src/environments";
import { at, load, noise, overDay, wobble } from "./day";
import { phase } from "./incident";

/** A server of the day, during the lifetime of its instance. */
export interface Server {
  readonly tags: Readonly<Record<"host" | "server" | "zone" | "service" | "fleet" | "env" | "project", string>>;
  readonly isReplacement: boolean;
  /** Connections for each sample; NaN while the instance does not exist. */
  readonly connections: readonly number[];
}

/** Peak connections of a normal day, as a share of the design capacity of the named servers. */
const PEAK = 0.64;
/** Time at which the elastic group scales out, and the samples until full load. */
const HELP = { from: at(11 + 5 / 6), ramp: 5 };

/** Every instance that existed during the day, in the order of the address table. */
export function serversOf(environment: Environment): Server[] {
  const named = environment.zones.flatMap(({ name, servers }) =>
    Object.keys(servers).map((server) => ({ zone: name, server, fleet: "named" as const })),
  );
  const failing = named.at(-2) ?? named[0];
  const members: Member[] = named.flatMap((one): Member[] =>
    one === failing
      ? [
          { ...one, isReplacement: false, weight: (index: number) => (phase(index) === "before" ? 1 : 0) },
          { ...one, isReplacement: true, weight: (index: number) => (phase(index) === "back" ? 1 : 0) },
        ]
      : [{ ...one, isReplacement: false, weight: () => 1 }],
  );
  const elastic: Member[] = environment.zones.slice(0, elasticInService(environment)).map(({ name: zone }) => ({
    zone,
    server: "elastic",
    fleet: "elastic",
    isReplacement: false,
    weight: (index) => Math.min(1, Math.max(0, (index - HELP.from) / HELP.ramp)),
  }));
  const all = [...members, ...elastic];
  const wanted = overDay((index) => load(index) * PEAK * named.length * environment.servers.connectionsPerServer);
  return all.map((member) => serverOf(environment, member, all, wanted));
}

/** Number of elastic servers at the peak: one per zone, and fewer than the maximum of the group. */
export function elasticInService(environment: Environment): number {
  return Math.max(0, Math.min(environment.zones.length, sizing(environment).elasticMaximum - 1));
}

/** Whether the elastic group has scaled out. */
export function isHelping(index: number): boolean {
  return index > HELP.from;
}

interface Member {
  readonly zone: string;
  readonly server: string;
  readonly fleet: "named" | "elastic";
  readonly isReplacement: boolean;
  /** Relative share of the connections: equal for all servers, and lower for a new server. */
  readonly weight: (index: number) => number;
}

function serverOf(
  { name, zones }: Environment,
  member: Member,
  all: readonly Member[],
  wanted: readonly number[],
): Server {
  const { zone, server, fleet, isReplacement, weight } = member;
  const host = instanceId(`${zone} ${server} ${isReplacement ? "new" : "first"}`);
  const neighbours = all.filter((other) => other.zone === zone);
  return {
    tags: {
      host,
      server: fleet === "named" ? server : `elastic-${host}`,
      service: server,
      zone,
      fleet,
      env: name,
      project: "dev-one",
    },
    isReplacement,
    connections: overDay((index) => {
      const part = weight(index);
      if (part === 0) return NaN;
      const parts = neighbours.reduce((sum, other) => sum + other.weight(index), 0);
      return Math.round(
        (((wanted[index] ?? 0) / zones.length) * part * (1 + 0.06 * noise(host, 0)) * wobble(host, index, 0.03)) /
          parts,
      );
    }),
  };
}

function instanceId(of: string): string {
  return `i-0${createHash("sha256").update(of).digest("hex").slice(0, 16)}`;
}
