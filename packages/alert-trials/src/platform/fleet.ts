import { serviceOfAllServers, serviceOfServer } from "../../../../src/environments";
import { max, mean, min } from "../arithmetic";
import type { Tags, Telemetry } from "../simulation";
import { calm, calmServer, type Conditions, type ServerConditions } from "./conditions";
import type { Design, Growth } from "./design";

/** Minutes after which an Auto Scaling group replaces a dead server: three failed ELB health checks, and the interval of the group's own check. */
const NOTICE_MINUTES = 2;
const REBOOT_MINUTES = 2;
/** Minutes that servers have run when the simulation begins. */
const OLD_MINUTES = 10 * 24 * 60;

/** One instance. */
export interface Server {
  readonly host: string;
  readonly name: string;
  readonly zone: string;
  readonly fleet: "named" | "elastic";
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
  servers: Server[];
  private launches = 0;
  private readonly toReplace = new Map<string, Server[]>();
  private wasDeploying = false;
  private readonly wantedSince = new Map<string, number>();
  private highMinutes = { cpu: 0, connections: 0 };
  private lowMinutes = 0;
  private shrunkAt = -Infinity;
  elasticWanted = 0;

  constructor(
    private readonly design: Design,
    private readonly telemetry: Telemetry,
  ) {
    this.servers = design.zones.flatMap((zone) =>
      design.serverNames.map((name) => this.create(zone, -OLD_MINUTES, name)),
    );
  }

  step(minute: number, conditions: Conditions): void {
    this.die(minute, conditions);
    this.deploy(minute, conditions);
    this.replaceNamed(minute, conditions);
    this.launchElastic(minute, conditions);
  }

  /** The servers that take requests. */
  serving(minute: number, zone: string): Server[] {
    return this.servers.filter((each) => each.zone === zone && isUp(each, minute));
  }

  inService(group: string, minute: number): number {
    const isOf = ({ fleet, zone }: Server) => (fleet === "named" ? zone : "elastic") === group;
    return this.servers.filter((each) => isOf(each) && minute > each.launched && each.deadSince === undefined).length;
  }

  /**
   * Scales the elastic group by CPU and connections in this minute.
   * @param connections of all clients
   * @param published the connections of each server
   */
  scale(minute: number, cpuPercent: number, connections: number, published: readonly number[]): void {
    const { design } = this;
    const inService = [...design.zones, "elastic"].reduce((sum, group) => sum + this.inService(group, minute), 0);
    // The load balancer counts a connection to the client and one to the server.
    const counted = design.serversPublish ? 1 : 2;
    const atLoadBalancer = inService === 0 ? 0 : (counted * connections) / inService;
    // Without a server that publishes there is no value, which is neither high nor low.
    const perServer = design.serversPublish ? mean(published) : atLoadBalancer;
    this.grow("cpu", design.cpuGrowth, cpuPercent, minute);
    this.grow("connections", design.connectionsGrowth, perServer, minute);
    const { scaleInCpuPercent, scaleInConnectionsPercent } = design.environment.scaling;
    const lowConnections =
      (counted * design.environment.servers.connectionsPerServer * scaleInConnectionsPercent) / 100;
    this.lowMinutes = cpuPercent < scaleInCpuPercent && perServer < lowConnections ? this.lowMinutes + 1 : 0;
    const { minutes, servers, pauseMinutes } = design.shrinking;
    if (this.lowMinutes < minutes || minute - this.shrunkAt < pauseMinutes || this.elasticWanted === 0) return;
    this.shrunkAt = minute;
    this.elasticWanted = max(0, this.elasticWanted - servers);
    while (this.elastic().length > this.elasticWanted) this.terminateElastic(minute);
  }

  private grow(signal: "cpu" | "connections", { threshold, minutes, steps }: Growth, value: number, minute: number) {
    this.highMinutes[signal] = value >= threshold ? this.highMinutes[signal] + 1 : 0;
    if (this.highMinutes[signal] < minutes) return;
    const step = steps.filter(({ from }) => value >= from).at(-1)?.servers ?? 0;
    // Servers that still boot count towards the capacity.
    const booting = this.elasticWanted - this.elastic().filter((each) => isUp(each, minute)).length;
    this.elasticWanted = min(this.design.elasticMaximum, this.elasticWanted + max(0, step - booting));
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

  /** Replaces named servers one after the other in each zone: terminates the old one first, and continues when the new one has warmed up. */
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
    if (launchesFail) return;
    for (const zone of this.design.zones) {
      if (zone === lostZone) continue;
      const names = this.named(zone).map(({ name }) => name);
      for (const name of this.design.serverNames.filter((each) => !names.includes(each))) {
        const wanted = this.wantedSince.get(`${zone}|${name}`) ?? minute;
        this.wantedSince.set(`${zone}|${name}`, wanted);
        if (minute === wanted) continue;
        this.wantedSince.delete(`${zone}|${name}`);
        this.servers.push(this.create(zone, minute, name));
      }
    }
  }

  private launchElastic(minute: number, { lostZone, launchesFail }: Conditions): void {
    const open = this.design.zones.filter((zone) => zone !== lostZone);
    while (!launchesFail && this.elastic().length < this.elasticWanted) {
      const [emptiest] = [...open].sort((one, other) => this.elastic(one).length - this.elastic(other).length);
      if (emptiest === undefined) return;
      this.servers.push(this.create(emptiest, minute));
    }
  }

  private terminateElastic(minute: number): void {
    const zones = [...this.design.zones].sort((one, other) => this.elastic(other).length - this.elastic(one).length);
    const [oldest] = this.elastic(zones[0]);
    if (oldest !== undefined) this.terminate(oldest, minute);
  }

  private terminate({ host }: Server, minute: number): void {
    this.telemetry.terminated.set(host, minute);
    this.servers = this.servers.filter((each) => each.host !== host);
  }

  private named(zone: string): Server[] {
    return this.servers.filter((each) => each.zone === zone && each.fleet === "named");
  }

  private elastic(zone?: string): Server[] {
    const isElastic = (each: Server) => each.fleet === "elastic" && each.deadSince === undefined;
    return this.servers.filter((each) => isElastic(each) && (zone === undefined || each.zone === zone));
  }

  /** @param name of a named server; undefined for one of the elastic group */
  private create(zone: string, launched: number, name?: string): Server {
    this.launches += 1;
    const host = `i-${this.launches.toString(16).padStart(17, "0")}`;
    const server = name ?? `elastic-${host}`;
    const { environment } = this.design;
    const service = name === undefined ? serviceOfAllServers(environment) : serviceOfServer(environment, name);
    const tags = { ...this.design.tags, host, service: service?.name ?? "", server, zone };
    const fleet = name === undefined ? "elastic" : "named";
    const servesFrom = launched + (launched < 0 ? 0 : this.design.bootMinutes);
    return { host, name: server, zone, fleet, tags, launched, startedAt: launched, servesFrom };
  }
}

export function isUp(server: Server, minute: number): boolean {
  return server.deadSince === undefined && minute >= server.servesFrom;
}

export function conditionsOf(server: Server, conditions: Conditions): ServerConditions {
  // Fast path: in most minutes of most failures no server has a problem.
  return conditions.server === calm.server ? calmServer : { ...calmServer, ...conditions.server(server) };
}
