import { mean } from "../arithmetic";
import { Telemetry } from "../simulation";
import { sendAccessLog } from "./access-log";
import { Clients, type Moment } from "./clients";
import { sendCloudWatch } from "./cloudwatch";
import type { Conditions } from "./conditions";
import type { Design } from "./design";
import { Fleet } from "./fleet";
import { sendJobs } from "./jobs";
import { cpuPercent, sendServerMetrics } from "./server-metrics";

/** Minutes of a failover; RDS documents one to two. @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html */
export const FAILOVER_MINUTES = 2;

export interface Course {
  readonly minutes: number;
  /** The minute of the day, UTC, of a minute. */
  readonly minuteOfDay: (minute: number) => number;
  /** The conditions in a minute. */
  readonly conditions: (minute: number) => Conditions;
  /** Demand of other weeks at a minute, which may be before the first. */
  readonly usualDemand: (minute: number) => number;
  /** Free storage of PostgreSQL, as a share. */
  readonly freeStorage: (minute: number) => number;
}

/**
 * The platform, minute by minute: conditions change which servers serve which clients, and the metrics follow from that. Figures are those
 * of a service as `npm run evidence` measures one, rounded; the trials depend on which of them change together, not on their exact values.
 */
export function simulate(
  design: Design,
  { minutes, minuteOfDay, conditions: at, usualDemand, freeStorage }: Course,
): Telemetry {
  const telemetry = new Telemetry(minutes);
  const fleet = new Fleet(design, telemetry);
  const clients = new Clients(design, fleet);
  let lostSince = Infinity;
  for (let minute = 0; minute < minutes; minute += 1) {
    const wished = at(minute);
    // PostgreSQL is lost with its Availability Zone, unless RDS fails over to a standby in another one.
    lostSince = wished.lostZone === design.databaseZone ? Math.min(lostSince, minute) : Infinity;
    const lostFor = minute - lostSince;
    const isLost = lostFor >= 0 && !(design.hasStandby && lostFor >= FAILOVER_MINUTES);
    const conditions = { ...wished, databaseUp: wished.databaseUp && !isLost };
    fleet.step(minute, conditions);
    const load = clients.spread(minute, conditions);
    const moment = { telemetry, minute, design, fleet, load, conditions };
    sendServerMetrics(moment);
    sendJobs(design, telemetry, minute, minuteOfDay(minute), conditions);
    const requests = sendAccessLog(moment, usualDemand);
    sendCloudWatch({ ...moment, requests, freeStorage });
    scale(moment);
  }
  return telemetry;
}

function scale({ design, fleet, load, conditions, minute }: Moment): void {
  const { elastic } = design;
  for (const pool of design.pools) {
    const servers = load.servers.filter(({ server }) => server.service === pool.service.name);
    const cpu = servers.length === 0 ? 0 : mean(servers.map((each) => cpuPercent(each, conditions)));
    // Without a server that publishes there is no value, which is neither high nor low.
    const connections = servers.length === 0 ? NaN : mean(servers.map((each) => each.connections));
    if (pool.group === undefined) {
      if (!pool.isCrossZone && elastic !== undefined) fleet.scale(elastic, minute, cpu, load.connections, connections);
      continue;
    }
    const requests = connections * pool.requestsPerConnection;
    const shares = [cpu / pool.group.cpuPercent, requests / pool.group.requests, connections / pool.group.connections];
    fleet.scaleOwnGroup(pool, servers.length, ...shares);
  }
}
