import {
  databaseMemoryBytes,
  type Environment,
  maxConnections,
  prefix,
  serviceOfAllServers,
  servicesWithGroup,
} from "../../../../../src/environments";
import { FAILED, load, noise, orZero, REPLACED, ripple, wobble } from "./day";
import { answered, slowness } from "./requests";
import { type Samples, samplesOf } from "./samples";
import { elasticInService, isHelping, type Server } from "./servers";

const GIB = 1024 ** 3;
/** Packets per second of a NAT gateway at the peak. */
const PACKETS = 5200;

/** Metrics that Datadog reads from CloudWatch. */
export function cloudWatchSamples(environment: Environment, servers: readonly Server[]): Samples {
  const { name: env, zones } = environment;
  const { thresholds } = environment.datadog;
  const own = prefix(environment);
  const connections = (index: number) =>
    servers.reduce((sum, each) => sum + (each.exists(index) ? orZero(each.connections[index]) : 0), 0);
  const storage = environment.database.allocatedStorageGib * GIB;
  const disk = (share: number, name: string) => (index: number) =>
    share * thresholds.databaseDiskSeconds.warning * (0.5 + load(index)) * wobble(name, index, 0.16);
  /** Open connections from RDS Proxy to PostgreSQL. */
  const opened = (index: number) => {
    const most = (maxConnections(environment) * thresholds.databaseConnectionsPercent.warning) / 100;
    return Math.round(most * (0.16 + 0.42 * load(index)) * wobble("opened", index, 0.03));
  };
  const borrowed = (index: number) => Math.max(6, Math.round(0.55 * opened(index) * wobble("lent", index, 0.08)));
  const gateways = zones.map(({ name: zone }) => {
    const name = `${own}-nat-${zone}`;
    return { tags: { name, env }, packets: (index: number) => PACKETS * load(index) * wobble(name, index, 0.1) };
  });
  const dropped = (0.16 * thresholds.natDroppedPercent.warning) / 100;
  const groups = [
    ...zones.map((zone, order) => {
      const size = Object.keys(zone.servers).length;
      const isFailing = (index: number) => order === zones.length - 1 && index >= FAILED && index < REPLACED;
      return { name: zone.name, wanted: () => size, missing: (index: number) => (isFailing(index) ? 1 : 0) };
    }),
    ...(serviceOfAllServers(environment) === undefined
      ? []
      : [
          {
            name: "elastic",
            wanted: (index: number) => (isHelping(index) ? elasticInService(environment) : 0),
            missing: () => 0,
          },
        ]),
    ...servicesWithGroup(environment).map(({ name, placement }) => ({
      name,
      wanted: () => placement.minimum,
      missing: () => 0,
    })),
  ].map(({ name, ...sizes }) => ({ tags: { autoscalinggroupname: `${own}-${name}`, env }, ...sizes }));
  return {
    // AWS generates the last part of the name.
    ...samplesOf([{ tags: { loadbalancer: `app/${own}/50dc6c495c0c9188`, env } }], {
      // Connections on both sides of the load balancer, counted once per minute.
      "aws.applicationelb.active_connection_count": (index) => (2.02 * connections(index)) / 60,
      "aws.applicationelb.request_count": (index) => answered(servers, index) * wobble("edge", index, 0.01),
      "aws.applicationelb.httpcode_target_2xx": (index) => answered(servers, index, "ok"),
      "aws.applicationelb.httpcode_target_3xx": (index) => answered(servers, index, "notice"),
      "aws.applicationelb.httpcode_target_4xx": (index) => answered(servers, index, "warning"),
      "aws.applicationelb.httpcode_target_5xx": (index) => answered(servers, index, "error"),
      "aws.applicationelb.httpcode_elb_5xx": (index) => 0.0052 * ripple(index) * answered(servers, index),
      "aws.applicationelb.target_response_time.p95": (index) =>
        0.4 * thresholds.latencyP95Seconds.warning * slowness("edge", index),
    }),
    ...samplesOf(
      zones.map((zone, order) => ({
        tags: { loadbalancer: `app/${own}/50dc6c495c0c9188`, "availability-zone": zone.availabilityZoneId, env },
        servers: Object.keys(zone.servers).length,
        isFailing: (index: number) => order === zones.length - 1 && index >= FAILED && index < REPLACED,
      })),
      {
        "aws.applicationelb.healthy_host_count": (index, { servers: size, isFailing }) =>
          size - (isFailing(index) ? 1 : 0),
        "aws.applicationelb.un_healthy_host_count": (index, { isFailing }) => (isFailing(index) ? 1 : 0),
        "aws.applicationelb.target_connection_error_count": (index, { isFailing }) => (isFailing(index) ? 0.4 : 0),
        "aws.applicationelb.rejected_connection_count": () => 0,
      },
    ),
    ...samplesOf([{ tags: { dbinstanceidentifier: `${own}-postgres`, env } }], {
      "aws.rds.cpuutilization": (index) =>
        thresholds.databaseCpuPercent.warning * (0.1 + 0.45 * load(index)) * wobble("database cpu", index, 0.08),
      "aws.rds.database_connections": (index) => opened(index) + 7,
      "aws.rds.free_storage_space": (index) => storage * (0.638 - 0.00003 * index + 0.0004 * noise("storage", index)),
      "aws.rds.total_storage_space": () => storage,
      "aws.rds.freeable_memory": (index) =>
        databaseMemoryBytes(environment) * (0.36 - 0.08 * load(index)) * wobble("memory", index, 0.02),
      "aws.rds.swap_usage": () => 3.2e6,
      "aws.rds.maximum_used_transaction_ids": (index) => 118e6 + 21_000 * index,
      "aws.rds.read_iops": (index) => (90 + 420 * load(index)) * wobble("read operations", index, 0.2),
      "aws.rds.write_iops": (index) => (140 + 610 * load(index)) * wobble("write operations", index, 0.15),
      "aws.rds.disk_queue_depth": (index) => (0.2 + 0.9 * load(index)) * wobble("queue", index, 0.4),
      "aws.rds.read_latency": disk(0.09, "reads"),
      "aws.rds.write_latency": disk(0.21, "writes"),
    }),
    ...samplesOf([{ tags: { proxyname: own, env } }], {
      "aws.rds.proxy.availability_percentage": () => 100,
      "aws.rds.proxy.client_connections": (index) =>
        Math.round(zones.length * (70 + 190 * load(index)) * wobble("clients", index, 0.03)),
      "aws.rds.proxy.client_connections_setup_failed_auth": () => 0,
      "aws.rds.proxy.database_connections_borrow_latency": (index) =>
        1e6 *
        thresholds.proxyBorrowSeconds.warning *
        ((0.03 + 0.05 * load(index)) * wobble("waiting", index, 0.3) + 0.5 * ripple(index)),
      "aws.rds.proxy.database_connections_currently_borrowed": borrowed,
      "aws.rds.proxy.database_connections_currently_session_pinned": (index) =>
        (borrowed(index) * thresholds.proxyPinnedPercent.warning * 0.22 * wobble("pinned", index, 0.35)) / 100,
    }),
    ...samplesOf(gateways, {
      "aws.natgateway.error_port_allocation": () => 0,
      "aws.natgateway.packets_in_from_source": (index, { packets }) => 0.45 * packets(index),
      "aws.natgateway.packets_in_from_destination": (index, { packets }) => 0.55 * packets(index),
      "aws.natgateway.packets_drop_count": (index, { tags, packets }) =>
        dropped * packets(index) * Math.max(0, wobble(`${tags.name} dropped`, index, 0.95)),
    }),
    ...samplesOf(groups, {
      "aws.autoscaling.group_desired_capacity": (index, { wanted }) => wanted(index),
      "aws.autoscaling.group_in_service_instances": (index, { wanted, missing }) => wanted(index) - missing(index),
    }),
  };
}
