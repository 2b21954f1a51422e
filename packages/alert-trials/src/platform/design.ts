import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import { type Environment, instanceType, prefix, sizing } from "../../../../src/environments";
import { NotModelled } from "../evaluator/not-modelled";
import type { Tags } from "../simulation";

/** A step scaling policy: from a threshold on, after consecutive minutes, it adds more servers the further the metric is above it. */
export interface Growth {
  readonly threshold: number;
  readonly minutes: number;
  readonly steps: readonly { readonly from: number; readonly servers: number }[];
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
  /** Connections that all named servers are sized for. */
  readonly namedCapacity: number;
  readonly elasticMaximum: number;
  /** Baseline network bandwidth of a server, bits per second. */
  readonly networkBits: number;
  /** Minutes from a launch to the first request served. */
  readonly bootMinutes: number;
  readonly cpuGrowth: Growth;
  /** Connections per server, as they are counted. */
  readonly connectionsGrowth: Growth;
  /** Whether connections are those that servers publish, once each, or those of the load balancer, to clients and to servers. */
  readonly serversPublish: boolean;
  readonly shrinking: { readonly minutes: number; readonly servers: number; readonly pauseMinutes: number };
  /** Share of healthy servers below which a zone is removed from DNS. */
  readonly zoneLeavesBelow: number;
  /** The zone of PostgreSQL, and whether it has a standby in another one. */
  readonly databaseZone: string;
  readonly hasStandby: boolean;
}

/** @throws NotModelled or Undecided when the platform differs from what the model assumes */
export function designOf(environment: Environment, platform: Stack): Design {
  const { zones, servers, database } = environment;
  const { namedPerZone, elasticMaximum } = sizing(environment);
  const find = (type: string, end: string): Resource => {
    const argument = type === "aws_cloudwatch_metric_alarm" ? "alarm_name" : "name";
    const found = platform.of(type).find((each) => each.template(argument)?.endsWith(end));
    if (found === undefined) throw new NotModelled(`the platform has no ${type} whose ${argument} ends in "${end}"`);
    return found;
  };
  const failover = find("aws_lb_target_group", "-all").block("target_group_health")?.block("dns_failover");
  const low = find("aws_autoscaling_policy", "both-low");
  const growth = (role: string): Growth => {
    const alarm = find("aws_cloudwatch_metric_alarm", `-${role}`);
    const threshold = numberOf(alarm, "threshold");
    const steps = find("aws_autoscaling_policy", role).blocks("step_adjustment");
    return {
      threshold,
      minutes: numberOf(alarm, "evaluation_periods"),
      steps: steps.map((step) => ({
        from: threshold + numberOf(step, "metric_interval_lower_bound"),
        servers: numberOf(step, "scaling_adjustment"),
      })),
    };
  };
  const namespaces = find("aws_cloudwatch_metric_alarm", "-connections-high")
    .blocks("metric_query")
    .flatMap((query) => query.block("metric")?.text("namespace") ?? []);
  return {
    environment,
    prefix: prefix(environment),
    tags: { env: environment.name, project: "dev-one" },
    zones: zones.map(({ name }) => name),
    serverNames: Object.keys(zones[0]?.servers ?? {}),
    namedCapacity: zones.length * namedPerZone * servers.connectionsPerServer,
    elasticMaximum,
    networkBits: instanceType(servers.instanceType).networkBaselineMbps * 1e6,
    bootMinutes: Math.ceil(numberOf(find("aws_autoscaling_group", "-elastic"), "default_instance_warmup") / 60),
    cpuGrowth: growth("cpu-high"),
    connectionsGrowth: growth("connections-high"),
    serversPublish: !namespaces.includes("AWS/ApplicationELB"),
    shrinking: {
      minutes: numberOf(find("aws_cloudwatch_metric_alarm", "-both-low"), "evaluation_periods"),
      servers: -numberOf(low, "scaling_adjustment"),
      pauseMinutes: numberOf(low, "cooldown") / 60,
    },
    zoneLeavesBelow: numberOf(failover, "minimum_healthy_targets_percentage") / 100,
    databaseZone: database.proxyZones[0] ?? zones[0]?.name ?? "",
    hasStandby: database.multiAz,
  };
}

function numberOf(block: Pick<Resource, "number"> | undefined, argument: string): number {
  const value = block?.number(argument);
  if (value === undefined || Number.isNaN(value)) throw new NotModelled(`the platform has no number ${argument}`);
  return value;
}
