import { AutoscalingPolicy } from "@cdktf/provider-aws/lib/autoscaling-policy";
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Construct } from "constructs";

import type { ConnectionsMetric } from "./connections-metric";
import type { ElasticFleet } from "./elastic-fleet";
import { WARMUP_SECONDS } from "./fleet";
import {
  connectionsPerSample,
  connectionsPerServer,
  fleetCpu,
  metricQueries,
  type NamedGroup,
  publishedConnections,
} from "./fleet-metrics";
import type { NamedFleet } from "./named-fleet";

/**
 * `ActiveConnectionCount` counts a long-lived connection (WebSocket, long polling) twice: between client and load balancer, and
 * between load balancer and server.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
const COUNTED_PER_CONNECTION = 2;

/** Percent of the threshold by which a metric must exceed it for each step of the scaling policy. */
const STEPS_PERCENT = [0, 25, 50];

/**
 * Minutes that an alarm evaluates in addition to those that must breach, because metrics arrive up to three minutes late, those of
 * different namespaces at different times. The newest minutes are then missing, or 0 where an expression has FILL, and an alarm that
 * needs all of its minutes would stay OK at any load.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
const LATE_MINUTES = 3;

/** Cooldown between two scale-ins of the elastic group. */
const SCALE_IN_COOLDOWN_SECONDS = 900;

export interface FleetScalingProps {
  /** What names of alarms start with, such as `dev-one-staging`. */
  readonly name: string;
  /** The named groups, one for each Availability Zone. Alarms read their metrics; they are not scaled. */
  readonly named: readonly NamedFleet[];
  /** The group that is scaled. */
  readonly elastic: ElasticFleet;
  /** Load balancer whose connections are counted. */
  readonly loadBalancer: Lb;
  /** The connections that servers publish. @default none: the load balancer has no other service, and its connections are counted */
  readonly connectionsMetric?: ConnectionsMetric | undefined;
  /** Concurrent connections that one server is sized for. */
  readonly connectionsPerServer: number;
  /** CPU of the whole fleet above which servers are added, percent. @default 60 */
  readonly scaleOutCpuPercent?: number;
  /** CPU of the whole fleet below which servers may be removed, percent. @default 30 */
  readonly scaleInCpuPercent?: number;
  /** Share of `connectionsPerServer` above which servers are added, percent. @default 70 */
  readonly scaleOutConnectionsPercent?: number;
  /** Share of `connectionsPerServer` below which servers may be removed, percent. @default 35 */
  readonly scaleInConnectionsPercent?: number;
}

/**
 * Scales the elastic group out when CPU or connections of the whole fleet are high, and in when both are low
 * (docs/decisions/0002-scaling-by-the-whole-fleet.md). Each step adds or removes one server in each Availability Zone, so that
 * the zones have the same number of servers.
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
      ...props.named.map(({ availabilityZoneName, group }) => ({ role: availabilityZoneName, group })),
      { role: "elastic", group: props.elastic.group },
    ];
    this.scaleOutOnCpu();
    this.scaleOutOnConnections();
    this.scaleIn();
  }

  private scaleOutOnCpu(): void {
    const threshold = this.props.scaleOutCpuPercent ?? 60;
    const cpu = fleetCpu(this.groups);
    this.scaleOut(
      "cpu",
      threshold,
      "CPU of the whole fleet, percent",
      metricQueries("cpu", "Fleet CPU", cpu.expression, cpu),
    );
  }

  private scaleOutOnConnections(): void {
    const threshold = this.connections(this.props.scaleOutConnectionsPercent ?? 70);
    const { loadBalancer, connectionsMetric } = this.props;
    const connections =
      connectionsMetric === undefined
        ? connectionsPerServer(this.groups, loadBalancer)
        : publishedConnections(connectionsMetric);
    this.scaleOut(
      "connections",
      threshold,
      connectionsMetric === undefined
        ? "Connections per server in service, counted on both sides of the load balancer"
        : "Connections per server, as servers publish them",
      metricQueries("connections", "Connections per server", connections.expression, connections),
    );
  }

  private scaleOut(
    metric: string,
    threshold: number,
    meaning: string,
    metricQuery: CloudwatchMetricAlarmMetricQuery[],
  ): void {
    const zones = this.props.named.length;
    const policy = new AutoscalingPolicy(this, `${metric}-high-policy`, {
      name: `${metric}-high`,
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
    this.alarm(`${metric}-high`, {
      alarmDescription: `${meaning}: above ${threshold}, the elastic group grows.`,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold,
      minutes: 3,
      metricQuery,
      alarmActions: [policy.arn],
    });
  }

  /**
   * Removes one server of each Availability Zone after 15 minutes in which CPU and connections were low, and then none for another
   * 15 minutes. CloudWatch repeats a scaling action every minute while its alarm is in ALARM; only simple scaling policies have a
   * cooldown to limit that. It does not delay scale-out, because step scaling policies ignore it.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scaling-cooldowns.html
   */
  private scaleIn(): void {
    const { named, loadBalancer, connectionsMetric } = this.props;
    const { scaleInCpuPercent = 30, scaleInConnectionsPercent = 35 } = this.props;
    const policy = new AutoscalingPolicy(this, "both-low-policy", {
      name: "both-low",
      autoscalingGroupName: this.props.elastic.group.name,
      policyType: "SimpleScaling",
      adjustmentType: "ChangeInCapacity",
      scalingAdjustment: -named.length,
      cooldown: SCALE_IN_COOLDOWN_SECONDS,
    });
    const cpu = fleetCpu(this.groups);
    const connections =
      connectionsMetric === undefined
        ? connectionsPerSample(this.groups, loadBalancer)
        : publishedConnections(connectionsMetric);
    const cpuLow = `${cpu.expression} < ${scaleInCpuPercent}`;
    const connectionsLow = `${connections.expression} < ${this.connections(scaleInConnectionsPercent)}`;
    this.alarm("both-low", {
      alarmDescription: "CPU and connections are both low for 15 minutes: the elastic group shrinks.",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      minutes: 15,
      metricQuery: metricQueries("both_low", "Both low", `IF(${cpuLow} AND ${connectionsLow}, 1, 0)`, cpu, connections),
      alarmActions: [policy.arn],
    });
  }

  /** A share of `connectionsPerServer`, as the metric counts connections. */
  private connections(percent: number): number {
    const { connectionsPerServer: whole, connectionsMetric } = this.props;
    return (whole * (connectionsMetric === undefined ? COUNTED_PER_CONNECTION : 1) * percent) / 100;
  }

  private alarm(
    role: string,
    {
      minutes,
      ...config
    }: {
      alarmDescription: string;
      comparisonOperator: string;
      threshold: number;
      /** Minutes that must breach. */
      minutes: number;
      metricQuery: CloudwatchMetricAlarmMetricQuery[];
      alarmActions: string[];
    },
  ): void {
    new CloudwatchMetricAlarm(this, `${role}-alarm`, {
      alarmName: `${this.props.name}-${role}`,
      // Missing data must neither add nor remove servers.
      treatMissingData: "notBreaching",
      evaluationPeriods: minutes + LATE_MINUTES,
      datapointsToAlarm: minutes,
      ...config,
    });
  }
}
