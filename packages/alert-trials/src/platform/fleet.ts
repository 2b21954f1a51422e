import { max, min } from "../arithmetic";
import type { Tags, Telemetry } from "../simulation";
import { calm, calmServer, type Conditions, type ServerConditions, type ServerName } from "./conditions";
import type { Design, Elastic, Growth, Pool } from "./design";
import { TargetTracking } from "./target-tracking";

/** Minutes after which an Auto Scaling group replaces a dead server: three failed ELB health checks, and the interval of the group's own check. */
const NOTICE_MINUTES = 2;
const REBOOT_MINUTES = 2;
/** For how long the network interface of a terminated server holds the only free address, so that launches fail. */
const ADDRESS_MINUTES = 3;
/** Minutes that servers have run when the simulation begins. */
const OLD_MINUTES = 10 * 24 * 60;

/** One instance. */
export interface Server extends ServerName {
  readonly host: string;
  readonly name: string;
  readonly zone: string;
  readonly fleet: "named" | "elastic" | "own-group";
  /** The end of its Auto Scaling group's name: a zone, `elastic`, or a service. */
  readonly group: string;
  /** The tags of its logs, which lack the tag of its fleet. */
  readonly tags: Tags;
  readonly launched: number;
  /** The minute of its boot. */
  startedAt: number;
  /** The minute from which it serves requests. */
  servesFrom: number;
  /** The minute since which it is dead and not yet replaced. */
  deadSince?: number;
}

/** The servers, and the launches, replacements and terminations of the Auto Scaling groups. */
export class Fleet {
  servers: Server[] = [];
  private launches = 0;
  private readonly toReplace = new Map<string, Server[]>();
  private wasDeploying = false;
  private readonly wantedSince = new Map<string, number>();
  private highMinutes = { cpu: 0, connections: 0 };
  private lowMinutes = 0;
  private shrunkAt = -Infinity;
  elasticWanted = 0;
  private readonly ownGroups: ReadonlyMap<Pool, TargetTracking>;

  constructor(
    private readonly design: Design,
    private readonly telemetry: Telemetry,
  ) {
    this.ownGroups = new Map(
      design.pools.flatMap((pool) => (pool.group === undefined ? [] : [[pool, new TargetTracking(pool.group)]])),
    );
    this.servers = design.zones.flatMap((zone) =>
      design.serverNames.map((name) => this.create(zone, -OLD_MINUTES, this.poolOf(name), name)),
    );
    for (const [pool, { wanted }] of this.ownGroups) this.launch(pool, wanted, -OLD_MINUTES, design.zones);
  }

  step(minute: number, conditions: Conditions): void {
    this.die(minute, conditions);
    this.deploy(minute, conditions);
    this.replaceNamed(minute, conditions);
    this.launchWanted(minute, conditions);
  }

  /** The servers of a service that take requests. */
  serving(minute: number, zone: string, { service }: Pool): Server[] {
    return this.servers.filter((each) => each.zone === zone && each.service === service.name && isUp(each, minute));
  }

  /** The number of servers in the target group of all servers, named and elastic, that take requests. */
  servingInAll(minute: number, zone: string): number {
    const isOf = (each: Server) => each.zone === zone && each.fleet !== "own-group";
    return this.servers.filter((each) => isOf(each) && isUp(each, minute)).length;
  }

  /** Servers of a zone that are dead and still targets, because their group has not noticed. */
  unhealthy(zone: string): number {
    return this.servers.filter((each) => each.zone === zone && each.deadSince !== undefined).length;
  }

  inService(group: string, minute: number): number {
    const isOf = (each: Server) => each.group === group && minute > each.launched && each.deadSince === undefined;
    return this.servers.filter(isOf).length;
  }

  /** Servers that each Auto Scaling group should have, by the end of its name. */
  wanted(): Map<string, number> {
    const { zones, serverNames, elastic } = this.design;
    return new Map([
      ...zones.map((zone) => [zone, serverNames.length] as const),
      ...(elastic === undefined ? [] : [["elastic", this.elasticWanted] as const]),
      ...[...this.ownGroups].map(([{ service }, { wanted }]) => [service.name, wanted] as const),
    ]);
  }

  /** Scales a service's own group by CPU, requests and connections of the servers that serve in this minute, as shares of their targets. */
  scaleOwnGroup(pool: Pool, serving: number, ...shares: readonly number[]): void {
    this.ownGroups.get(pool)?.step(serving, ...shares);
  }

  /**
   * Scales the elastic group by the CPU of its service's servers and by connections in this minute.
   * @param connections of all clients
   * @param published average of the service's servers
   */
  scale(elastic: Elastic, minute: number, cpuPercent: number, connections: number, published: number): void {
    const { design } = this;
    const inService = [...design.zones, "elastic"].reduce((sum, group) => sum + this.inService(group, minute), 0);
    // The load balancer counts a connection to the client and one to the server.
    const counted = elastic.serversPublish ? 1 : 2;
    const atLoadBalancer = inService === 0 ? 0 : (counted * connections) / inService;
    const perServer = elastic.serversPublish ? published : atLoadBalancer;
    this.grow("cpu", elastic.cpuGrowth, elastic.maximum, cpuPercent, minute);
    this.grow("connections", elastic.connectionsGrowth, elastic.maximum, perServer, minute);
    const { scaleInCpuPercent, scaleInConnectionsPercent } = design.environment.scaling;
    const lowConnections =
      (counted * design.environment.servers.connectionsPerServer * scaleInConnectionsPercent) / 100;
    this.lowMinutes = cpuPercent < scaleInCpuPercent && perServer < lowConnections ? this.lowMinutes + 1 : 0;
    const { minutes, servers, pauseMinutes } = elastic.shrinking;
    if (this.lowMinutes < minutes || minute - this.shrunkAt < pauseMinutes || this.elasticWanted === 0) return;
    this.shrunkAt = minute;
    this.elasticWanted = max(0, this.elasticWanted - servers);
    while (this.membersOf("elastic").length > this.elasticWanted) this.terminateElastic(minute);
  }

  private grow(
    signal: "cpu" | "connections",
    { threshold, minutes, steps }: Growth,
    maximum: number,
    value: number,
    minute: number,
  ): void {
    this.highMinutes[signal] = value >= threshold ? this.highMinutes[signal] + 1 : 0;
    if (this.highMinutes[signal] < minutes) return;
    const step = steps.filter(({ from }) => value >= from).at(-1)?.servers ?? 0;
    // Servers that still boot count towards the capacity.
    const booting = this.elasticWanted - this.membersOf("elastic").filter((each) => isUp(each, minute)).length;
    this.elasticWanted = min(maximum, this.elasticWanted + max(0, step - booting));
  }

  private die(minute: number, conditions: Conditions): void {
    for (const server of this.servers) {
      const { lives, reboots } = conditionsOf(server, conditions);
      if (server.deadSince === undefined && (!lives || server.zone === conditions.lostZone)) server.deadSince = minute;
      if (reboots) {
        server.startedAt = minute;
        server.servesFrom = minute + REBOOT_MINUTES;
      }
    }
  }

  /** Replaces named servers one after the other in each zone: terminates an old one, and continues when the new one has warmed up. */
  private deploy(minute: number, conditions: Conditions): void {
    if (conditions.deploys && !this.wasDeploying) {
      for (const zone of this.design.zones) this.toReplace.set(zone, [...this.named(zone)]);
    }
    this.wasDeploying = conditions.deploys;
    for (const [zone, old] of this.toReplace) {
      const isWarm = this.named(zone).every((each) => minute >= each.servesFrom + this.design.bootMinutes);
      const server = old[0];
      if (server === undefined || this.named(zone).length < this.design.serverNames.length || !isWarm) continue;
      this.terminate(server, minute);
      old.shift();
    }
  }

  private replaceNamed(minute: number, { lostZone, launchesFail }: Conditions): void {
    for (const server of this.servers) {
      const isNoticed = minute - (server.deadSince ?? Infinity) >= NOTICE_MINUTES;
      if (isNoticed && server.zone !== lostZone) this.terminate(server, minute);
    }
    for (const zone of this.design.zones) {
      if (zone === lostZone) continue;
      const names = this.named(zone).map(({ name }) => name);
      for (const name of this.design.serverNames.filter((each) => !names.includes(each))) {
        const wanted = this.wantedSince.get(`${zone}|${name}`) ?? minute;
        this.wantedSince.set(`${zone}|${name}`, wanted);
        if (launchesFail || minute - wanted < ADDRESS_MINUTES) continue;
        this.wantedSince.delete(`${zone}|${name}`);
        this.servers.push(this.create(zone, minute, this.poolOf(name), name));
      }
    }
  }

  /** Launches what the groups that scale lack, in their emptiest zones, and terminates what own groups have too many. */
  private launchWanted(minute: number, { lostZone, launchesFail }: Conditions): void {
    const open = this.design.zones.filter((zone) => zone !== lostZone);
    for (const [pool, { wanted }] of this.ownGroups) {
      const members = this.membersOf(pool.service.name);
      const newest = members.at(-1);
      if (newest !== undefined && members.length > wanted) this.terminate(newest, minute);
      if (!launchesFail) this.launch(pool, wanted, minute, open);
    }
    const [pool] = this.design.pools.filter(({ isCrossZone }) => !isCrossZone);
    if (!launchesFail && pool !== undefined) this.launch(pool, this.elasticWanted, minute, open);
  }

  private launch(pool: Pool, wanted: number, minute: number, zones: readonly string[]): void {
    const group = pool.group === undefined ? "elastic" : pool.service.name;
    while (this.membersOf(group).length < wanted) {
      const [emptiest] = [...zones].sort(
        (one, other) => this.membersOf(group, one).length - this.membersOf(group, other).length,
      );
      if (emptiest === undefined) return;
      this.servers.push(this.create(emptiest, minute, pool));
    }
  }

  private terminateElastic(minute: number): void {
    const size = (zone: string) => this.membersOf("elastic", zone).length;
    const [fullest] = [...this.design.zones].sort((one, other) => size(other) - size(one));
    const [oldest] = this.membersOf("elastic", fullest);
    if (oldest !== undefined) this.terminate(oldest, minute);
  }

  private terminate({ host }: Server, minute: number): void {
    this.telemetry.terminated.set(host, minute);
    this.servers = this.servers.filter((each) => each.host !== host);
  }

  private named(zone: string): Server[] {
    return this.servers.filter((each) => each.zone === zone && each.fleet === "named");
  }

  private membersOf(group: string, zone?: string): Server[] {
    const isMember = (each: Server) => each.group === group && each.deadSince === undefined;
    return this.servers.filter((each) => isMember(each) && (zone === undefined || each.zone === zone));
  }

  /** @throws RangeError when no service runs on the server; the configuration refuses that */
  private poolOf(server: string): Pool {
    const found = this.design.pools.find(({ names }) => names.includes(server));
    if (found === undefined) throw new RangeError(`No service runs on ${server}`);
    return found;
  }

  /** @param named name of a named server; undefined for one of another group */
  private create(zone: string, launched: number, pool: Pool, named?: string): Server {
    this.launches += 1;
    const { zones, tags, bootMinutes } = this.design;
    const { group, names, networkBits, connectionsPerServer } = pool;
    const service = pool.service.name;
    const host = `i-${this.launches.toString(16).padStart(17, "0")}`;
    const fleet = named !== undefined ? "named" : group === undefined ? "elastic" : "own-group";
    const isFirstOfOwn = launched < 0 && !this.servers.some((each) => each.service === service);
    const name = named ?? `${group === undefined ? "elastic" : service}-${host}`;
    return {
      host,
      name,
      zone,
      fleet,
      service,
      group: { named: zone, elastic: "elastic", "own-group": service }[fleet],
      isFirst: named === undefined ? isFirstOfOwn : zone === zones[0] && named === names[0],
      networkBits,
      connectionsPerServer,
      tags: { ...tags, host, service, server: name, zone },
      launched,
      startedAt: launched,
      servesFrom: launched + (launched < 0 ? 0 : bootMinutes),
    };
  }
}

export function isUp(server: Server, minute: number): boolean {
  return server.deadSince === undefined && minute >= server.servesFrom;
}

export function conditionsOf(server: Server, conditions: Conditions): ServerConditions {
  // Fast path: in most minutes of most failures no server has a problem.
  return conditions.server === calm.server ? calmServer : { ...calmServer, ...conditions.server(server) };
}
