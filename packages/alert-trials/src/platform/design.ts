import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import {
  type Environment,
  instanceType,
  type PlacedService,
  prefix,
  serviceOfAllServers,
  serviceOfServer,
  servicesOf,
  sizing,
} from "../../../../src/environments";
import { NotModelled } from "../evaluator/not-modelled";
import type { Tags } from "../simulation";

/** Requests per minute of one connection. */
const REQUESTS = 3;

/** A step scaling policy: from a threshold on, after consecutive minutes, it adds more servers the further the metric is above it. */
export interface Growth {
  readonly threshold: number;
  readonly minutes: number;
  readonly steps: readonly { readonly from: number; readonly servers: number }[];
}

/** The servers that take the requests of one service. */
export interface Pool {
  readonly service: PlacedService;
  /** Names of servers; every zone has one server of each name. Empty for a group of its own. */
  readonly names: readonly string[];
  /** The group of its own, with what target tracking keeps the average of its servers at: CPU in percent, requests per minute, and connections. */
  readonly group?: {
    readonly minimum: number;
    readonly maximum: number;
    readonly cpuPercent: number;
    readonly requests: number;
    readonly connections: number;
  };
  /** Connections that its servers are sized for, without those that scaling adds. */
  readonly capacity: number;
  /** Requests per minute of one connection. */
  readonly requestsPerConnection: number;
  /** Whether a load balancer node uses the servers of other zones, too. */
  readonly isCrossZone: boolean;
  /** Baseline network bandwidth of a server, bits per second. */
  readonly networkBits: number;
  /** Connections that one server is sized for. */
  readonly connectionsPerServer: number;
}

/** The group that grows for the service on all servers. */
export interface Elastic {
  readonly maximum: number;
  readonly cpuGrowth: Growth;
  /** Connections per server, as they are counted. */
  readonly connectionsGrowth: Growth;
  /** Whether connections are those that servers publish, once each, or those of the load balancer, to clients and to servers. */
  readonly serversPublish: boolean;
  readonly shrinking: { readonly minutes: number; readonly servers: number; readonly pauseMinutes: number };
}

/** The figures of an environment that the model uses, from its configuration and its synthesized platform. */
export interface Design {
  readonly environment: Environment;
  readonly prefix: string;
  /** The tags of every metric of the environment. */
  readonly tags: Tags;
  readonly zones: readonly string[];
  /** Names of servers; every zone has one server of each name. */
  readonly serverNames: readonly string[];
  /** One for each service, in the order of `servicesInOrder`. */
  readonly pools: readonly Pool[];
  /** Undefined where no service is on all servers. */
  readonly elastic: Elastic | undefined;
  /** Minutes from a launch to the first request served. */
  readonly bootMinutes: number;
  /** Share of healthy servers below which a zone is removed from DNS. */
  readonly zoneLeavesBelow: number;
  /** The zone of PostgreSQL, and whether it has a standby in another one. */
  readonly databaseZone: string;
  readonly hasStandby: boolean;
}

/** @throws NotModelled or Undecided when the platform differs from what the model assumes */
export function designOf(environment: Environment, platform: Stack): Design {
  const { zones, database } = environment;
  const find = (type: string, end: string): Resource => {
    const argument = type === "aws_cloudwatch_metric_alarm" ? "alarm_name" : "name";
    const found = platform.of(type).find((each) => each.template(argument)?.endsWith(end));
    if (found === undefined) throw new NotModelled(`the platform has no ${type} whose ${argument} ends in "${end}"`);
    return found;
  };
  const failover = find("aws_lb_target_group", "-all").block("target_group_health")?.block("dns_failover");
  const growth = (role: string): Growth => {
    const alarm = find("aws_cloudwatch_metric_alarm", `-${role}`);
    const threshold = numberOf(alarm, "threshold");
    const steps = find("aws_autoscaling_policy", role).blocks("step_adjustment");
    return {
      threshold,
      minutes: numberOf(alarm, "datapoints_to_alarm"),
      steps: steps.map((step) => ({
        from: threshold + numberOf(step, "metric_interval_lower_bound"),
        servers: numberOf(step, "scaling_adjustment"),
      })),
    };
  };
  const elastic = (): Elastic => {
    const low = find("aws_autoscaling_policy", "both-low");
    const namespaces = find("aws_cloudwatch_metric_alarm", "-connections-high")
      .blocks("metric_query")
      .flatMap((query) => query.block("metric")?.text("namespace") ?? []);
    return {
      maximum: sizing(environment).elasticMaximum,
      cpuGrowth: growth("cpu-high"),
      connectionsGrowth: growth("connections-high"),
      serversPublish: !namespaces.includes("AWS/ApplicationELB"),
      shrinking: {
        minutes: numberOf(find("aws_cloudwatch_metric_alarm", "-both-low"), "datapoints_to_alarm"),
        servers: -numberOf(low, "scaling_adjustment"),
        pauseMinutes: numberOf(low, "cooldown") / 60,
      },
    };
  };
  return {
    environment,
    prefix: prefix(environment),
    tags: { env: environment.name, project: "dev-one" },
    zones: zones.map(({ name }) => name),
    serverNames: Object.keys(zones[0]?.servers ?? {}),
    pools: servicesInOrder(environment).map((service) => poolOf(environment, service, platform)),
    elastic: serviceOfAllServers(environment) === undefined ? undefined : elastic(),
    bootMinutes: Math.ceil(numberOf(platform.of("aws_autoscaling_group")[0], "default_instance_warmup") / 60),
    zoneLeavesBelow: numberOf(failover, "minimum_healthy_targets_percentage") / 100,
    databaseZone: database.proxyZones[0] ?? zones[0]?.name ?? "",
    hasStandby: database.multiAz,
  };
}

/** The services of an environment, first those that run on the named servers. */
export function servicesInOrder(environment: Environment): PlacedService[] {
  const isOwn = ({ placement }: PlacedService) => Number(placement.kind === "own-group");
  return servicesOf(environment).sort((one, other) => isOwn(one) - isOwn(other));
}

function poolOf(environment: Environment, service: PlacedService, platform: Stack): Pool {
  const { placement } = service;
  if (placement.kind === "own-group") {
    const { minimum, maximum, requestsPerServer, connectionsPerServer } = placement;
    return {
      service,
      names: [],
      group: { minimum, maximum, ...targets(platform, service) },
      capacity: minimum * connectionsPerServer,
      // As many as its servers are sized for, so that full connections are full requests.
      requestsPerConnection: Math.min(REQUESTS, requestsPerServer / connectionsPerServer),
      isCrossZone: true,
      networkBits: instanceType(placement.instanceType).networkBaselineMbps * 1e6,
      connectionsPerServer,
    };
  }
  const { connectionsPerServer } = environment.servers;
  const names = Object.keys(environment.zones[0]?.servers ?? {}).filter(
    (name) => serviceOfServer(environment, name).name === service.name,
  );
  return {
    service,
    names,
    capacity: environment.zones.length * names.length * connectionsPerServer,
    requestsPerConnection: REQUESTS,
    isCrossZone: placement.kind !== "all-servers",
    networkBits: instanceType(environment.servers.instanceType).networkBaselineMbps * 1e6,
    connectionsPerServer,
  };
}

/** The targets of the scaling policies of a service's own group. */
function targets(platform: Stack, { name }: PlacedService) {
  const target = (metric: string): number => {
    const policy = platform.of("aws_autoscaling_policy").find((each) => {
      const group = each.target("autoscaling_group_name");
      const tags = group?.blocks("tag").map((tag) => `${tag.text("key") ?? ""}:${tag.text("value") ?? ""}`) ?? [];
      return each.template("name") === metric && tags.includes(`service:${name}`) && tags.includes("role:own-group");
    });
    return numberOf(policy?.block("target_tracking_configuration"), "target_value");
  };
  return { cpuPercent: target("cpu"), requests: target("requests"), connections: target("connections") };
}

function numberOf(block: Pick<Resource, "number"> | undefined, argument: string): number {
  const value = block?.number(argument);
  if (value === undefined || Number.isNaN(value)) throw new NotModelled(`the platform has no number ${argument}`);
  return value;
}
