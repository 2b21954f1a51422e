import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import { type Environment, instanceType, prefix, sizing } from "../../../../src/environments";

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
  /** Connections as the load balancer counts them, to clients and to servers. */
  readonly connectionsGrowth: Growth;
  readonly shrinking: { readonly minutes: number; readonly servers: number; readonly pauseMinutes: number };
  /** Share of healthy servers below which a zone is removed from DNS. */
  readonly zoneLeavesBelow: number;
  /** The zone of PostgreSQL, and whether it has a standby in another one. */
  readonly databaseZone: string;
  readonly hasStandby: boolean;
}

/** @param platform synthesized JSON of the environment's platform @throws UserError when the platform differs from what the model assumes */
export function designOf(environment: Environment, platform: JsonObject): Design {
  const { zones, servers, database } = environment;
  const { namedPerZone, elasticMaximum } = sizing(environment);
  const group = resource(platform, "aws_autoscaling_group", () => true);
  const targets = resource(platform, "aws_lb_target_group", ({ name }) => endsWith(name, "-all"));
  const health = list(targets.target_group_health)[0] ?? targets.target_group_health;
  const failover = isJsonObject(health) ? health.dns_failover : undefined;
  const low = resource(platform, "aws_autoscaling_policy", ({ name }) => name === "both-low");
  const alarm = (role: string) =>
    resource(platform, "aws_cloudwatch_metric_alarm", ({ alarm_name: name }) => endsWith(name, `-${role}`));
  const growth = (role: string): Growth => {
    const { threshold, evaluation_periods: minutes } = alarm(role);
    const policy = resource(platform, "aws_autoscaling_policy", ({ name }) => name === role);
    return {
      threshold: Number(threshold),
      minutes: Number(minutes),
      steps: list(policy.step_adjustment).map((step) => ({
        from: Number(threshold) + Number(step.metric_interval_lower_bound),
        servers: Number(step.scaling_adjustment),
      })),
    };
  };
  return {
    environment,
    prefix: prefix(environment),
    zones: zones.map(({ name }) => name),
    serverNames: Object.keys(zones[0]?.servers ?? {}),
    namedCapacity: zones.length * namedPerZone * servers.connectionsPerServer,
    elasticMaximum,
    networkBits: instanceType(servers.instanceType).networkBaselineMbps * 1e6,
    bootMinutes: Math.ceil(Number(group.default_instance_warmup) / 60),
    cpuGrowth: growth("cpu-high"),
    connectionsGrowth: growth("connections-high"),
    shrinking: {
      minutes: Number(alarm("both-low").evaluation_periods),
      servers: -Number(low.scaling_adjustment),
      pauseMinutes: Number(low.cooldown) / 60,
    },
    zoneLeavesBelow: Number(isJsonObject(failover) ? failover.minimum_healthy_targets_percentage : NaN) / 100,
    databaseZone: database.proxyZones[0] ?? zones[0]?.name ?? "",
    hasStandby: database.multiAz,
  };
}

function resource(json: JsonObject, type: string, is: (resource: JsonObject) => boolean): JsonObject {
  const found = Object.values(objectAt(json, "resource", type) ?? {})
    .filter(isJsonObject)
    .find(is);
  if (found === undefined) {
    throw new UserError(
      `The synthesized platform has no ${type} that packages/alert-trials/src/platform looks for; bring them together.`,
    );
  }
  return found;
}

function endsWith(value: unknown, end: string): boolean {
  return typeof value === "string" && value.endsWith(end);
}

function list(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
