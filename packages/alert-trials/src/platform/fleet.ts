import { max, min } from "../arithmetic";
import { calm, calmServer, type Conditions, type ServerConditions } from "./conditions";
import type { Design, Growth } from "./design";
import type { Recorder } from "./recorder";

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
  private readonly toReplace = new Map<string, string[]>();
  private wasDeploying = false;
  private readonly wantedSince = new Map<string, number>();
  private highMinutes = { cpu: 0, connections: 0 };
  private lowMinutes = 0;
  private shrunkAt = -Infinity;
  elasticWanted = 0;

  constructor(
    private readonly design: Design,
    private readonly recorder: Recorder,
  ) {
    this.servers = design.zones.flatMap((zone) =>
      design.serverNames.map((name) => this.create(name, zone, "named", -OLD_MINUTES, -OLD_MINUTES)),
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
    return this.servers.filter(
      (each) => groupOf(each) === group && minute > each.launched && each.deadSince === undefined,
    ).length;
  }

  /** Scales the elastic group by the connections of the load balancer and the CPU of the servers in this minute. */
  scale(minute: number, cpuPercent: number, connections: number): void {
    const { design } = this;
    const inService = [...design.zones, "elastic"].reduce((sum, group) => sum + this.inService(group, minute), 0);
    // The load balancer counts a connection to the client and one to the server.
    const perServer = inService === 0 ? 0 : (2 * connections) / inService;
    this.grow("cpu", design.cpuGrowth, cpuPercent, minute);
    this.grow("connections", design.connectionsGrowth, perServer, minute);
    const { scaleInCpuPercent, scaleInConnectionsPercent } = design.environment.scaling;
    const lowConnections = (2 * design.environment.servers.connectionsPerServer * scaleInConnectionsPercent) / 100;
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
      for (const zone of this.design.zones) {
        this.toReplace.set(
          zone,
          this.named(zone).map(({ host }) => host),
        );
      }
    }
    this.wasDeploying = conditions.deploys;
    for (const [zone, hosts] of this.toReplace) {
      const isWarm = this.named(zone).every((each) => minute >= each.servesFrom + this.design.bootMinutes);
      const host = hosts[0];
      if (host === undefined || this.named(zone).length < this.design.serverNames.length || !isWarm) continue;
      this.terminate(host, minute);
      hosts.shift();
    }
  }

  private replaceNamed(minute: number, { lostZone, launchesFail }: Conditions): void {
    for (const { host, deadSince, zone } of this.servers) {
      const isNoticed = deadSince !== undefined && minute - deadSince >= NOTICE_MINUTES;
      if (isNoticed && zone !== lostZone) this.terminate(host, minute);
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
        this.servers.push(this.create(name, zone, "named", minute, minute + this.design.bootMinutes));
      }
    }
  }

  private launchElastic(minute: number, { lostZone, launchesFail }: Conditions): void {
    const open = this.design.zones.filter((zone) => zone !== lostZone);
    if (launchesFail) return;
    while (this.elastic().length < this.elasticWanted) {
      const counts = open.map((zone) => ({ zone, count: this.elastic().filter((each) => each.zone === zone).length }));
      const least = counts.sort((one, other) => one.count - other.count)[0];
      if (least === undefined) return;
      const server = this.create("", least.zone, "elastic", minute, minute + this.design.bootMinutes);
      this.servers.push({ ...server, name: `elastic-${server.host}` });
    }
  }

  private terminateElastic(minute: number): void {
    const elastic = this.elastic();
    const count = (zone: string) => elastic.filter((each) => each.zone === zone).length;
    const fullest = [...this.design.zones].sort((one, other) => count(other) - count(one))[0];
    const oldest = elastic.find(({ zone }) => zone === fullest);
    if (oldest !== undefined) this.terminate(oldest.host, minute);
  }

  private terminate(host: string, minute: number): void {
    this.recorder.terminates(host, minute);
    this.servers = this.servers.filter((each) => each.host !== host);
  }

  private named(zone: string): Server[] {
    return this.servers.filter((each) => each.zone === zone && each.fleet === "named");
  }

  private elastic(): Server[] {
    return this.servers.filter((each) => each.fleet === "elastic" && each.deadSince === undefined);
  }

  private create(name: string, zone: string, fleet: Server["fleet"], launched: number, servesFrom: number): Server {
    this.launches += 1;
    const host = `i-${this.launches.toString(16).padStart(17, "0")}`;
    return { host, name, zone, fleet, launched, startedAt: launched, servesFrom };
  }
}

export function isUp(server: Server, minute: number): boolean {
  return server.deadSince === undefined && minute >= server.servesFrom;
}

export function conditionsOf(server: Server, conditions: Conditions): ServerConditions {
  // Fast path: in most minutes of most failures no server has a problem.
  return conditions.server === calm.server ? calmServer : { ...calmServer, ...conditions.server(server) };
}

function groupOf({ fleet, zone }: Server): string {
  return fleet === "named" ? zone : "elastic";
}
