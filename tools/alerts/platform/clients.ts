import { max, min } from "../arithmetic";
import type { Conditions } from "./conditions";
import type { Design } from "./design";
import { conditionsOf, type Fleet, type Server } from "./fleet";

/** Share of the clients of a zone that left DNS who have found another one, in each minute: answers expire. */
const MOVING = 0.5;

/** Where clients are in a minute. */
export interface Load {
  /** Connections of all clients, whether a server takes them or not. */
  readonly connections: number;
  readonly servers: readonly ServerLoad[];
  /** Share of the clients that still come to a zone where nobody serves. */
  readonly stranded: number;
}

export interface ServerLoad {
  readonly server: Server;
  readonly connections: number;
  /** Connections that are refused, each second. */
  readonly dropped: number;
}

/** Spreads clients: over the zones that are in DNS, and over the servers of each. */
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
    const capacity = design.environment.servers.connectionsPerServer;
    const inDns = design.zones.filter(
      (zone) => fleet.serving(minute, zone).length >= design.zoneLeavesBelow * design.serverNames.length,
    );
    // When no zone is healthy, all of them stay.
    const open = inDns.length === 0 ? design.zones : inDns;
    this.shares = new Map(
      [...this.shares].map(([zone, share]) => {
        const goal = open.includes(zone) ? 1 / open.length : 0;
        return [zone, share + (goal - share) * MOVING];
      }),
    );
    const connections = design.namedCapacity * conditions.demand * conditions.arriving;
    let stranded = 0;
    const servers = design.zones.flatMap((zone) => {
      const serving = fleet.serving(minute, zone);
      const share = this.shares.get(zone) ?? 0;
      if (serving.length === 0) stranded += share;
      return serving.map((server): ServerLoad => {
        const { moreConnections, connectionLimit } = conditionsOf(server, conditions);
        const wanted = (connections * share) / serving.length + moreConnections * capacity;
        const limit = connectionLimit * capacity;
        return { server, connections: min(wanted, limit), dropped: max(0, wanted - limit) / 60 };
      });
    });
    return { connections, servers, stranded };
  }
}
