import { max, min } from "../arithmetic";
import type { Telemetry } from "../simulation";
import type { Conditions } from "./conditions";
import type { Design } from "./design";
import { conditionsOf, type Fleet, type Server } from "./fleet";

/** Share of clients that move to another zone in each minute after theirs was removed from DNS, because cached answers expire. */
const MOVING = 0.5;

/** Lines per minute that one nginx worker logs about idle connections closed for new ones. */
const LINES_OF_REUSE = 60;

/** The distribution of clients in a minute. */
export interface Load {
  /** Connections of all clients, whether a server takes them or not. */
  readonly connections: number;
  readonly servers: readonly ServerLoad[];
  /** Share of the clients that still connect to a zone without a healthy server. */
  readonly stranded: number;
}

export interface ServerLoad {
  readonly server: Server;
  readonly connections: number;
  /** Connections that nginx accepted and did not handle, each second. */
  readonly dropped: number;
  /** Lines per minute in nginx's error log that report that no connection is left. */
  readonly outOfConnections: number;
}

/** The platform in a minute. */
export interface Moment {
  readonly telemetry: Telemetry;
  readonly minute: number;
  readonly design: Design;
  readonly fleet: Fleet;
  readonly load: Load;
  readonly conditions: Conditions;
}

/** Distributes the clients of each service over the zones in DNS, and over its servers. */
export class Clients {
  private shares: Map<string, number>;

  constructor(
    private readonly design: Design,
    private readonly fleet: Fleet,
  ) {
    this.shares = new Map(design.zones.map((zone) => [zone, 1 / design.zones.length]));
  }

  spread(minute: number, conditions: Conditions): Load {
    const { design, fleet } = this;
    const inDns = design.zones.filter(
      (zone) => fleet.servingInAll(minute, zone) >= design.zoneLeavesBelow * design.serverNames.length,
    );
    // When no zone is healthy, all of them stay in DNS.
    const open = inDns.length === 0 ? design.zones : inDns;
    this.shares = new Map(
      [...this.shares].map(([zone, share]) => {
        const goal = open.includes(zone) ? 1 / open.length : 0;
        return [zone, share + (goal - share) * MOVING];
      }),
    );
    let stranded = 0;
    const total = design.pools.reduce((sum, { capacity: own }) => sum + own, 0);
    const servers = design.pools.flatMap((pool) => {
      const all = design.zones.flatMap((zone) => fleet.serving(minute, zone, pool));
      const wanted = new Map<Server, number>();
      for (const zone of design.zones) {
        const share = this.shares.get(zone) ?? 0;
        // The node of a lost zone is lost, too; any other one sends the requests of some services to all zones.
        const takers =
          pool.isCrossZone && zone !== conditions.lostZone ? all : all.filter((each) => each.zone === zone);
        if (takers.length === 0) stranded += share * (pool.capacity / total);
        const connections = pool.capacity * conditions.demand * conditions.arriving;
        for (const server of takers) {
          wanted.set(server, (wanted.get(server) ?? 0) + (connections * share) / takers.length);
        }
      }
      return all.map((server) => loadOf(server, wanted.get(server) ?? 0, conditions));
    });
    const connections = total * conditions.demand * conditions.arriving;
    return { connections, servers, stranded };
  }
}

function loadOf(server: Server, share: number, conditions: Conditions): ServerLoad {
  const { connectionsPerServer: capacity } = server;
  const { moreConnections, connectionLimit, halfRequests } = conditionsOf(server, conditions);
  const wanted = share + moreConnections * capacity;
  const limit = connectionLimit * capacity;
  const tooMany = max(0, wanted - limit);
  // nginx closes idle connections for new ones, counts none as dropped, and logs that once a second. Without idle ones it
  // refuses, and counts and logs each.
  const lines = halfRequests ? tooMany : min(tooMany, LINES_OF_REUSE);
  const dropped = halfRequests ? tooMany / 60 : 0;
  return { server, connections: min(wanted, limit), dropped, outOfConnections: lines };
}
