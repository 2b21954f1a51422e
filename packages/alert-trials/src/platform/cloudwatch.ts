import { max, min } from "../arithmetic";
import { percentile } from "../evaluator/percentiles";
import type { Tags } from "../simulation";
import type { Requests } from "./access-log";
import type { Load } from "./clients";
import type { Conditions } from "./conditions";
import type { Design } from "./design";
import type { Fleet } from "./fleet";
import { type Recorder, withTag } from "./recorder";

const GIB = 2 ** 30;
/** Connections that RDS Proxy may open. */
const ALLOWED = 500;
const BORROW_MICROSECONDS = 1500;
/** Time that clients wait when all connections are borrowed, or none can be opened. */
const EXHAUSTED_MICROSECONDS = 400_000;
const PACKETS = 400_000;

export interface CloudWatchState {
  readonly design: Design;
  readonly fleet: Fleet;
  readonly load: Load;
  readonly conditions: Conditions;
  readonly requests: Requests;
  /** Free storage of PostgreSQL at a minute, as a share; also defined for minutes before the first. */
  readonly freeStorage: (minute: number) => number;
}

/** Metrics that AWS records and Datadog reads from CloudWatch. */
export function sendCloudWatch(recorder: Recorder, minute: number, state: CloudWatchState): void {
  if (!state.conditions.cloudWatchIsRead) return;
  const send: Send = (metric, tags, value, before) => {
    recorder.value(`aws.${metric}`, tags, minute, value, before);
  };
  sendLoadBalancer(send, state);
  sendDatabase(send, minute, state);
  sendNat(send, state);
  sendGroups(send, minute, state);
}

type Send = (metric: string, tags: Tags, value: number, before?: (minute: number) => number) => void;

const accounts = new WeakMap<Design, Tags>();

/** The AWS resources of the environment, as the tags that Datadog's AWS integration derives from their dimensions. */
function of(design: Design, key: string, value: string): Tags {
  const { name, region } = design.environment;
  const account = accounts.get(design) ?? { env: name, project: "dev-one", region };
  accounts.set(design, account);
  return withTag(account, key, value);
}

function sendLoadBalancer(send: Send, { design, load, requests }: CloudWatchState): void {
  const tags = of(design, "loadbalancer", `app/${design.prefix}/0123456789abcdef`);
  const answered = [...requests.byZone.values()].reduce((sum, count) => sum + count, 0);
  // Clients of a zone without a healthy server get 503 from the load balancer's node there.
  const refused = load.stranded === 0 ? 0 : (answered / max(0.1, 1 - load.stranded)) * load.stranded;
  send("applicationelb.active_connection_count", tags, 2 * load.connections);
  if (refused > 0) send("applicationelb.httpcode_elb_5xx", tags, refused);
  for (const [zone, count] of requests.byZone) {
    const inZone = withTag(tags, "availability-zone", zone);
    const failed = count * requests.failingShare;
    send("applicationelb.request_count", inZone, count);
    send("applicationelb.httpcode_target_5xx", inZone, failed);
    send("applicationelb.httpcode_target_2xx", inZone, count - failed);
    send("applicationelb.target_response_time.p95", inZone, percentile(requests.durations, 0.95));
  }
}

function sendDatabase(send: Send, minute: number, state: CloudWatchState): void {
  const { design, conditions, freeStorage } = state;
  const postgres = of(design, "dbinstanceidentifier", `${design.prefix}-postgres`);
  const proxy = of(design, "proxyname", design.prefix);
  const open = min(ALLOWED, ALLOWED * (0.15 + 0.4 * conditions.demand + conditions.leakedConnections));
  const direct = ALLOWED * conditions.directConnections;
  const isExhausted = open >= 0.95 * ALLOWED || !conditions.databaseUp;
  const storage = design.environment.database.allocatedStorageGib * GIB;
  send("rds.free_storage_space", postgres, storage * freeStorage(minute), (past) => storage * freeStorage(past));
  send("rds.total_storage_space", postgres, storage);
  send("rds.cpuutilization", postgres, min(99, 12 + 60 * conditions.demand * conditions.databaseWork));
  send("rds.database_connections", postgres, conditions.databaseUp ? open + direct : 0);
  send("rds.read_latency", postgres, 0.001 + conditions.diskSeconds);
  send("rds.write_latency", postgres, 0.002 + conditions.diskSeconds);
  send("rds.proxy.availability_percentage", proxy, conditions.databaseUp ? 100 : 0);
  send("rds.proxy.database_connections", proxy, conditions.databaseUp ? open : 0);
  send("rds.proxy.max_database_connections_allowed", proxy, ALLOWED);
  send(
    "rds.proxy.database_connections_borrow_latency",
    proxy,
    isExhausted ? EXHAUSTED_MICROSECONDS : BORROW_MICROSECONDS,
  );
  send("rds.proxy.database_connections_currently_borrowed", proxy, conditions.databaseUp ? 0.6 * open : 0);
  const pinned = conditions.databaseUp ? 0.6 * open * (0.02 + conditions.pinned) : 0;
  send("rds.proxy.database_connections_currently_session_pinned", proxy, pinned);
  send("rds.proxy.client_connections_setup_failed_auth", proxy, conditions.refusedByProxy);
}

function sendNat(send: Send, { design, conditions }: CloudWatchState): void {
  for (const zone of design.zones) {
    if (zone === conditions.lostZone) continue;
    const tags = of(design, "name", `${design.prefix}-nat-${zone}`);
    const isExhausted = zone === conditions.natWithoutPorts;
    send("natgateway.error_port_allocation", tags, isExhausted ? 600 : 0);
    send("natgateway.packets_drop_count", tags, isExhausted ? PACKETS * 0.0006 : 0);
    send("natgateway.packets_in_from_source", tags, PACKETS * conditions.demand);
    send("natgateway.packets_in_from_destination", tags, PACKETS * conditions.demand);
  }
}

function sendGroups(send: Send, minute: number, { design, fleet }: CloudWatchState): void {
  for (const group of [...design.zones, "elastic"]) {
    const tags = of(design, "autoscalinggroupname", `${design.prefix}-${group}`);
    const wanted = group === "elastic" ? fleet.elasticWanted : design.serverNames.length;
    send("autoscaling.group_desired_capacity", tags, wanted);
    send("autoscaling.group_in_service_instances", tags, fleet.inService(group, minute));
  }
}
