import { type Environment, prefix } from "../../../../../src/environments";
import { load, noise, orZero, overDay, wobble } from "./day";
import { phase, ripple } from "./incident";
import type { Sample, Samples } from "./metric";
import { answered, slowness } from "./requests";
import { elasticInService, isHelping, type Server } from "./servers";

const GIB = 1024 ** 3;
/** Connections to PostgreSQL that RDS Proxy may open. */
const ALLOWED = 800;
/** Packets per second of a NAT gateway at the peak. */
const PACKETS = 5200;

/** Metrics that Datadog reads from CloudWatch. */
export function cloudWatchSamples(environment: Environment, servers: readonly Server[]): Samples {
  return {
    ...loadBalancer(environment, servers),
    ...postgres(environment),
    ...proxy(environment),
    ...natGateways(environment),
    ...groups(environment),
  };
}

/** One series, from a function that returns the value of each sample. */
function one(tags: Readonly<Record<string, string>>, value: (index: number) => number): Sample {
  return () => [{ tags, values: overDay(value) }];
}

function loadBalancer(environment: Environment, servers: readonly Server[]): Samples {
  // AWS generates the last part.
  const tags = { loadbalancer: `app/${prefix(environment)}/50dc6c495c0c9188`, env: environment.name };
  const of = (value: (index: number) => number) => one(tags, value);
  const connections = (index: number) => servers.reduce((sum, each) => sum + orZero(each.connections[index]), 0);
  return {
    // Connections on both sides of the load balancer, counted once per minute.
    "aws.applicationelb.active_connection_count": of((index) => (2.02 * connections(index)) / 60),
    "aws.applicationelb.request_count": of((index) => answered(servers, index) * wobble("edge", index, 0.01)),
    "aws.applicationelb.httpcode_target_2xx": of((index) => answered(servers, index, "ok")),
    "aws.applicationelb.httpcode_target_3xx": of((index) => answered(servers, index, "notice")),
    "aws.applicationelb.httpcode_target_4xx": of((index) => answered(servers, index, "warning")),
    "aws.applicationelb.httpcode_target_5xx": of((index) => answered(servers, index, "error")),
    "aws.applicationelb.httpcode_elb_5xx": of((index) => 0.0052 * ripple(index) * answered(servers, index)),
    "aws.applicationelb.target_response_time.p95": of(
      (index) => 0.4 * environment.datadog.thresholds.latencyP95Seconds.warning * slowness("edge", index),
    ),
  };
}

function postgres(environment: Environment): Samples {
  const { thresholds } = environment.datadog;
  const of = (value: (index: number) => number) =>
    one({ dbinstanceidentifier: `${prefix(environment)}-postgres`, env: environment.name }, value);
  const storage = environment.database.allocatedStorageGib * GIB;
  const disk = (share: number, name: string) =>
    of((index) => share * thresholds.databaseDiskSeconds.warning * (0.5 + load(index)) * wobble(name, index, 0.16));
  return {
    "aws.rds.cpuutilization": of(
      (index) =>
        thresholds.databaseCpuPercent.warning * (0.1 + 0.45 * load(index)) * wobble("database cpu", index, 0.08),
    ),
    "aws.rds.database_connections": of((index) => opened(environment, index) + 7),
    "aws.rds.free_storage_space": of((index) => storage * (0.638 - 0.00003 * index + 0.0004 * noise("storage", index))),
    "aws.rds.total_storage_space": of(() => storage),
    "aws.rds.read_latency": disk(0.09, "reads"),
    "aws.rds.write_latency": disk(0.21, "writes"),
  };
}

/** Open connections from RDS Proxy to PostgreSQL. */
function opened(environment: Environment, index: number): number {
  const most = (ALLOWED * environment.datadog.thresholds.databaseConnectionsPercent.warning) / 100;
  return Math.round(most * (0.16 + 0.42 * load(index)) * wobble("opened", index, 0.03));
}

function proxy(environment: Environment): Samples {
  const { thresholds } = environment.datadog;
  const of = (value: (index: number) => number) =>
    one({ proxyname: prefix(environment), env: environment.name }, value);
  const borrowed = (index: number) =>
    Math.max(6, Math.round(0.55 * opened(environment, index) * wobble("lent", index, 0.08)));
  return {
    "aws.rds.proxy.availability_percentage": of(() => 100),
    "aws.rds.proxy.client_connections": of((index) =>
      Math.round(environment.zones.length * (70 + 190 * load(index)) * wobble("clients", index, 0.03)),
    ),
    "aws.rds.proxy.client_connections_setup_failed_auth": of(() => 0),
    "aws.rds.proxy.database_connections": of((index) => opened(environment, index)),
    "aws.rds.proxy.database_connections_borrow_latency": of(
      (index) =>
        1e6 *
        thresholds.proxyBorrowSeconds.warning *
        ((0.03 + 0.05 * load(index)) * wobble("waiting", index, 0.3) + 0.5 * ripple(index)),
    ),
    "aws.rds.proxy.database_connections_currently_borrowed": of(borrowed),
    "aws.rds.proxy.database_connections_currently_session_pinned": of(
      (index) => (borrowed(index) * thresholds.proxyPinnedPercent.warning * 0.22 * wobble("pinned", index, 0.35)) / 100,
    ),
    "aws.rds.proxy.max_database_connections_allowed": of(() => ALLOWED),
  };
}

function natGateways(environment: Environment): Samples {
  const each =
    (value: (index: number, name: string) => number): Sample =>
    () =>
      environment.zones.map(({ name: zone }) => {
        const name = `${prefix(environment)}-nat-${zone}`;
        return { tags: { name, env: environment.name }, values: overDay((index) => value(index, name)) };
      });
  const packets = (index: number, name: string) => PACKETS * load(index) * wobble(name, index, 0.1);
  const dropped = (0.16 * environment.datadog.thresholds.natDroppedPercent.warning) / 100;
  return {
    "aws.natgateway.error_port_allocation": each(() => 0),
    "aws.natgateway.packets_in_from_source": each((index, name) => 0.45 * packets(index, name)),
    "aws.natgateway.packets_in_from_destination": each((index, name) => 0.55 * packets(index, name)),
    "aws.natgateway.packets_drop_count": each(
      (index, name) => dropped * packets(index, name) * Math.max(0, wobble(`${name} dropped`, index, 0.95)),
    ),
  };
}

function groups(environment: Environment): Samples {
  const named = environment.zones.map(({ name, servers }) => ({ role: name, size: Object.keys(servers).length }));
  const failing = named.at(-1)?.role;
  const capacity =
    (isServing: boolean): Sample =>
    () => [
      ...named.map(({ role, size }) => ({
        tags: { autoscalinggroupname: `${prefix(environment)}-${role}`, env: environment.name },
        values: overDay((index) => (isServing && role === failing && phase(index) === "gone" ? size - 1 : size)),
      })),
      {
        tags: { autoscalinggroupname: `${prefix(environment)}-elastic`, env: environment.name },
        values: overDay((index) => (isHelping(index) ? elasticInService(environment) : 0)),
      },
    ];
  return {
    "aws.autoscaling.group_desired_capacity": capacity(false),
    "aws.autoscaling.group_in_service_instances": capacity(true),
  };
}
