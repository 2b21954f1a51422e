import { databaseMemoryBytes, maxConnections, PROXY_CONNECTIONS_PERCENT } from "../../../../src/environments";
import { max, min } from "../arithmetic";
import { percentile } from "../evaluator/percentiles";
import { type Tags, withTag } from "../simulation";
import type { Requests } from "./access-log";
import type { Moment } from "./clients";

const GIB = 2 ** 30;
const BORROW_MICROSECONDS = 1500;
/** Time that clients wait when all connections are borrowed, or none can be opened. */
const EXHAUSTED_MICROSECONDS = 400_000;
const PACKETS = 400_000;

export interface CloudWatchState extends Moment {
  readonly requests: Requests;
  /** Free storage of PostgreSQL at a minute, as a share; also defined for minutes before the first. */
  readonly freeStorage: (minute: number) => number;
}

/** Metrics that AWS records and Datadog reads from CloudWatch. */
export function sendCloudWatch(state: CloudWatchState): void {
  const { telemetry, minute, design, fleet } = state;
  if (!state.conditions.cloudWatchIsRead) return;
  // The tags that Datadog's AWS integration derives from the dimensions of AWS's resources.
  const account = withTag(design.tags, "region", design.environment.region);
  const send: Send = (tags, metrics) => {
    for (const [metric, sent] of Object.entries(metrics)) {
      const [now, before] = typeof sent === "number" ? [sent] : [sent(minute), sent];
      telemetry.value(`aws.${metric}`, tags, minute, now, before);
    }
  };
  sendLoadBalancer(state, account, send);
  sendDatabase(state, account, send);
  sendNat(state, account, send);
  for (const [group, wanted] of fleet.wanted()) {
    send(withTag(account, "autoscalinggroupname", `${design.prefix}-${group}`), {
      "autoscaling.group_desired_capacity": wanted,
      "autoscaling.group_in_service_instances": fleet.inService(group, minute),
    });
  }
}

/** Values of a minute; a function also has those of minutes before the first. */
type Metrics = Readonly<Record<string, number | ((minute: number) => number)>>;
type Send = (tags: Tags, metrics: Metrics) => void;

function sendLoadBalancer(state: CloudWatchState, account: Tags, send: Send): void {
  const { design, load, requests, fleet, conditions, minute } = state;
  const tags = withTag(account, "loadbalancer", `app/${design.prefix}/0123456789abcdef`);
  const answered = [...requests.byZone.values()].reduce((sum, { count }) => sum + count, 0);
  // Clients of a zone without a healthy server get 503 from the load balancer's node there.
  const refused = load.stranded === 0 ? 0 : (answered / max(0.1, 1 - load.stranded)) * load.stranded;
  send(tags, { "applicationelb.active_connection_count": 2 * load.connections });
  if (conditions.rejectedConnections > 0) {
    send(tags, { "applicationelb.rejected_connection_count": conditions.rejectedConnections });
  }
  for (const zone of design.zones) {
    send(withTag(tags, "availability-zone", zone), {
      "applicationelb.healthy_host_count": fleet.servingInAll(minute, zone),
      "applicationelb.un_healthy_host_count": fleet.unhealthy(zone),
    });
  }
  if (refused > 0) send(tags, { "applicationelb.httpcode_elb_5xx": refused });
  for (const [zone, { count, failed }] of requests.byZone) {
    send(withTag(tags, "availability-zone", zone), {
      "applicationelb.request_count": count,
      "applicationelb.httpcode_target_5xx": failed,
      "applicationelb.httpcode_target_2xx": count - failed,
      "applicationelb.target_response_time.p95": percentile(requests.durations, 0.95),
    });
  }
}

function sendDatabase({ design, conditions, freeStorage }: CloudWatchState, account: Tags, send: Send): void {
  const { databaseUp, demand, diskSeconds, pinned } = conditions;
  const allowed = Math.floor((maxConnections(design.environment) * PROXY_CONNECTIONS_PERCENT) / 100);
  const open = min(allowed, allowed * (0.15 + 0.4 * demand + conditions.leakedConnections));
  const isExhausted = open >= 0.95 * allowed || !databaseUp;
  const storage = design.environment.database.allocatedStorageGib * GIB;
  send(withTag(account, "dbinstanceidentifier", `${design.prefix}-postgres`), {
    "rds.free_storage_space": (minute) => storage * freeStorage(minute),
    "rds.total_storage_space": storage,
    "rds.freeable_memory": databaseMemoryBytes(design.environment) * conditions.freeableMemory,
    "rds.maximum_used_transaction_ids": conditions.transactionIds,
    "rds.cpuutilization": min(99, 12 + 60 * demand * conditions.databaseWork),
    "rds.database_connections": databaseUp ? open + allowed * conditions.directConnections : 0,
    "rds.read_latency": 0.001 + diskSeconds,
    "rds.write_latency": 0.002 + diskSeconds,
  });
  send(withTag(account, "proxyname", design.prefix), {
    "rds.proxy.availability_percentage": databaseUp ? 100 : 0,
    "rds.proxy.database_connections_borrow_latency": isExhausted ? EXHAUSTED_MICROSECONDS : BORROW_MICROSECONDS,
    "rds.proxy.database_connections_currently_borrowed": databaseUp ? 0.6 * open : 0,
    "rds.proxy.database_connections_currently_session_pinned": databaseUp ? 0.6 * open * (0.02 + pinned) : 0,
    "rds.proxy.client_connections_setup_failed_auth": conditions.refusedByProxy,
  });
}

function sendNat({ design, conditions }: CloudWatchState, account: Tags, send: Send): void {
  for (const zone of design.zones) {
    if (zone === conditions.lostZone) continue;
    const isExhausted = zone === conditions.natWithoutPorts;
    send(withTag(account, "name", `${design.prefix}-nat-${zone}`), {
      "natgateway.error_port_allocation": isExhausted ? 600 : 0,
      "natgateway.packets_drop_count": isExhausted ? PACKETS * 0.0006 : 0,
      "natgateway.packets_in_from_source": PACKETS * conditions.demand,
      "natgateway.packets_in_from_destination": PACKETS * conditions.demand,
    });
  }
}
