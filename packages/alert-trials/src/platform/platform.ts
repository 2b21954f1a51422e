import type { Telemetry } from "../simulation";
import { sendAccessLog } from "./access-log";
import { Clients } from "./clients";
import { sendCloudWatch } from "./cloudwatch";
import type { Conditions } from "./conditions";
import type { Design } from "./design";
import { Fleet } from "./fleet";
import { Recorder } from "./recorder";
import { cpuPercent, sendServerMetrics } from "./server-metrics";

/** Minutes of a failover; RDS documents one to two. @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html */
export const FAILOVER_MINUTES = 2;

export interface Course {
  readonly minutes: number;
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
export function simulate(design: Design, { minutes, conditions: at, usualDemand, freeStorage }: Course): Telemetry {
  const recorder = new Recorder(minutes);
  const fleet = new Fleet(design, recorder);
  const clients = new Clients(design, fleet);
  const database = new Database(design);
  for (let minute = 0; minute < minutes; minute += 1) {
    const wished = at(minute);
    const conditions = { ...wished, databaseUp: wished.databaseUp && database.survives(minute, wished) };
    fleet.step(minute, conditions);
    const load = clients.spread(minute, conditions);
    const state = { design, fleet, load, conditions };
    sendServerMetrics(recorder, minute, state);
    const requests = sendAccessLog(recorder, minute, state, usualDemand);
    sendCloudWatch(recorder, minute, { ...state, requests, freeStorage });
    const cpu = load.servers.map((each) => cpuPercent(each, design, conditions));
    fleet.scale(minute, cpu.length === 0 ? 0 : cpu.reduce((sum, one) => sum + one, 0) / cpu.length, load.connections);
  }
  return recorder.telemetry();
}

/** PostgreSQL is lost with its Availability Zone, unless RDS fails over to a standby in another one. */
class Database {
  private lostSince: number | undefined;

  constructor(private readonly design: Design) {}

  survives(minute: number, { lostZone }: Conditions): boolean {
    if (lostZone !== this.design.databaseZone) {
      this.lostSince = undefined;
      return true;
    }
    this.lostSince ??= minute;
    return this.design.hasStandby && minute - this.lostSince >= FAILOVER_MINUTES;
  }
}
