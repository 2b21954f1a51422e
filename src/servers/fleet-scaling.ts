import { AutoscalingPolicy } from "@cdktf/provider-aws/lib/autoscaling-policy";
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Construct } from "constructs";

import { type Environment, prefix } from "../config";
import type { ElasticFleet } from "./elastic-fleet";
import { WARMUP_SECONDS } from "./fleet";
import { connectionsPerSample, connectionsPerServer, fleetCpu, metricQueries, type NamedGroup } from "./fleet-metrics";
import type { NamedFleet } from "./named-fleet";

/**
 * A connection that keeps a server busy for long (WebSocket, long poll) is counted twice by `ActiveConnectionCount`: from the
 * client, and to the server.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
const COUNTED_PER_CONNECTION = 2;

/** How far above its threshold, in percent of the threshold, a signal must be for the next larger step. */
const STEPS_PERCENT = [0, 25, 50];

/** Between one shrinking of the elastic group and the next. */
const SCALE_IN_PAUSE_SECONDS = 900;

export interface FleetScalingProps {
  readonly environment: Environment;
  /** The named groups: read for the signals, never scaled. */
  readonly named: readonly NamedFleet[];
  /** The group that grows and shrinks. */
  readonly elastic: ElasticFleet;
  /** Whose connections are counted. */
  readonly loadBalancer: Lb;
}

/**
 * Grows the elastic group on either of two signals of the whole fleet, CPU or connections, and shrinks it when both are low
 * (docs/decisions/0002-scaling-by-the-whole-fleet.md). Steps are as large as there are zones, so that the zones stay even.
 */
export class FleetScaling extends Construct {
  private readonly groups: readonly NamedGroup[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: FleetScalingProps,
  ) {
    super(scope, id);
    this.groups = [
      ...props.named.map(({ zone, group }) => ({ role: zone, group })),
      { role: "elastic", group: props.elastic.group },
    ];
    this.scaleOutOnCpu();
    this.scaleOutOnConnections();
    this.scaleIn();
  }

  private scaleOutOnCpu(): void {
    const threshold = this.props.environment.scaling.scaleOutCpuPercent;
    const cpu = fleetCpu(this.groups);
    this.scaleOut(
      "cpu",
      threshold,
      "CPU of the whole fleet, percent",
      metricQueries("cpu", "Fleet CPU", cpu.expression, cpu),
    );
  }

  private scaleOutOnConnections(): void {
    const threshold = this.connections(this.props.environment.scaling.scaleOutConnectionsPercent);
    const connections = connectionsPerServer(this.groups, this.props.loadBalancer);
    this.scaleOut(
      "connections",
      threshold,
      "Connections per server in service, counted on both sides of the load balancer",
      metricQueries("connections", "Connections per server", connections.expression, connections),
    );
  }

  private scaleOut(
    signal: string,
    threshold: number,
    meaning: string,
    metricQuery: CloudwatchMetricAlarmMetricQuery[],
  ): void {
    const zones = this.props.environment.zones.length;
    const policy = new AutoscalingPolicy(this, `${signal}-high-policy`, {
      name: `${signal}-high`,
      autoscalingGroupName: this.props.elastic.group.name,
      policyType: "StepScaling",
      adjustmentType: "ChangeInCapacity",
      estimatedInstanceWarmup: WARMUP_SECONDS,
      metricAggregationType: "Average",
      stepAdjustment: STEPS_PERCENT.map((percent, index) => {
        const next = STEPS_PERCENT[index + 1];
        return {
          metricIntervalLowerBound: ((threshold * percent) / 100).toString(),
          ...(next === undefined ? {} : { metricIntervalUpperBound: ((threshold * next) / 100).toString() }),
          scalingAdjustment: zones * (index + 1),
        };
      }),
    });
    this.alarm(`${signal}-high`, {
      alarmDescription: `${meaning}: above ${threshold}, the elastic group grows.`,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      metricQuery,
      alarmActions: [policy.arn],
    });
  }

  /**
   * Slowly: after a quarter of an hour in which neither signal needed the servers, one server of each zone, and then no more for
   * another quarter. CloudWatch repeats a scaling action every minute while its alarm stays; only a simple policy has a
   * cooldown against that, and it holds up no growth, which simple policies have no part in.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scaling-cooldowns.html
   */
  private scaleIn(): void {
    const { scaling, zones } = this.props.environment;
    const policy = new AutoscalingPolicy(this, "both-low-policy", {
      name: "both-low",
      autoscalingGroupName: this.props.elastic.group.name,
      policyType: "SimpleScaling",
      adjustmentType: "ChangeInCapacity",
      scalingAdjustment: -zones.length,
      cooldown: SCALE_IN_PAUSE_SECONDS,
    });
    const cpu = fleetCpu(this.groups);
    const connections = connectionsPerSample(this.groups, this.props.loadBalancer);
    const cpuLow = `${cpu.expression} < ${scaling.scaleInCpuPercent}`;
    const connectionsLow = `${connections.expression} < ${this.connections(scaling.scaleInConnectionsPercent)}`;
    this.alarm("both-low", {
      alarmDescription: "CPU and connections are both low for 15 minutes: the elastic group shrinks.",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      evaluationPeriods: 15,
      datapointsToAlarm: 15,
      metricQuery: metricQueries("both_low", "Both low", `IF(${cpuLow} AND ${connectionsLow}, 1, 0)`, cpu, connections),
      alarmActions: [policy.arn],
    });
  }

  /** A share of what a server is sized for, as the load balancer counts it. */
  private connections(percent: number): number {
    return (this.props.environment.servers.connectionsPerServer * COUNTED_PER_CONNECTION * percent) / 100;
  }

  private alarm(
    role: string,
    config: {
      alarmDescription: string;
      comparisonOperator: string;
      threshold: number;
      evaluationPeriods: number;
      datapointsToAlarm: number;
      metricQuery: CloudwatchMetricAlarmMetricQuery[];
      alarmActions: string[];
    },
  ): void {
    new CloudwatchMetricAlarm(this, `${role}-alarm`, {
      alarmName: `${prefix(this.props.environment)}-${role}`,
      // Without data nothing is known: neither grow nor shrink.
      treatMissingData: "notBreaching",
      ...config,
    });
  }
}
