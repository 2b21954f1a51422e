import type { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import {
  AutoscalingPolicy,
  type AutoscalingPolicyTargetTrackingConfiguration,
} from "@cdktf/provider-aws/lib/autoscaling-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

import type { AvailabilityZone } from "../network";
import type { ConnectionsMetric } from "./connections-metric";
import { finishBeforeTermination, fleetSubnets } from "./elastic-fleet";
import { createGroup, type FleetProps, WARMUP_SECONDS } from "./fleet";

/** Requests of a server at which its group grows, percent of what the server is sized for. */
const REQUESTS_PERCENT = 70;

export interface ServiceFleetProps extends FleetProps {
  /** The Availability Zones that the group spans. */
  readonly availabilityZones: readonly AvailabilityZone[];
  /** Smallest and largest number of servers. */
  readonly minimum: number;
  readonly maximum: number;
  /** Average CPU of the group's servers that scaling aims at, percent. */
  readonly cpuPercent: number;
  /** Requests each minute that one server is sized for. */
  readonly requestsPerServer: number;
  /** Connections of a server that scaling aims at. */
  readonly connections: number;
  /** The connections that the servers publish. */
  readonly connectionsMetric: ConnectionsMetric;
  /** The load balancer and the service's target group, as CloudWatch names both: `app/NAME/ID/targetgroup/NAME/ID`. */
  readonly resourceLabel: string;
  /** Listener rules of the target group. AWS refuses to count the requests of a target group that no listener uses. */
  readonly routes: readonly ITerraformDependable[];
}

/**
 * The group of one service over all Availability Zones. It scales by target tracking: unlike the elastic group it always has servers,
 * and CPU, requests and connections are those of its own servers. The largest of the three sizes counts. Without published connections
 * the group can grow by the others, and does not shrink, because that needs all policies to agree.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
 */
export class ServiceFleet extends Construct {
  /** The Auto Scaling group. */
  readonly group: AutoscalingGroup;

  constructor(scope: Construct, id: string, props: ServiceFleetProps) {
    super(scope, id);
    const { minimum, maximum, cpuPercent, requestsPerServer, resourceLabel, routes, connectionsMetric } = props;
    this.group = createGroup(this, props, "own-group", {
      minSize: minimum,
      // No desired capacity, because scaling policies change it and an apply must not reset it.
      maxSize: maximum,
      ...fleetSubnets(props.availabilityZones),
    });
    finishBeforeTermination(this, this.group);
    this.scale("cpu", {
      targetValue: cpuPercent,
      predefinedMetricSpecification: { predefinedMetricType: "ASGAverageCPUUtilization" },
    });
    this.scale(
      "requests",
      {
        targetValue: (requestsPerServer * REQUESTS_PERCENT) / 100,
        predefinedMetricSpecification: { predefinedMetricType: "ALBRequestCountPerTarget", resourceLabel },
      },
      routes,
    );
    const { namespace, metricName, dimensions } = connectionsMetric;
    this.scale("connections", {
      targetValue: props.connections,
      customizedMetricSpecification: {
        namespace,
        metricName,
        metricDimension: Object.entries(dimensions).map(([name, value]) => ({ name, value })),
        statistic: "Average",
      },
    });
  }

  private scale(
    metric: string,
    targetTrackingConfiguration: AutoscalingPolicyTargetTrackingConfiguration,
    dependsOn: readonly ITerraformDependable[] = [],
  ): void {
    new AutoscalingPolicy(this, `${metric}-policy`, {
      name: metric,
      autoscalingGroupName: this.group.name,
      policyType: "TargetTrackingScaling",
      estimatedInstanceWarmup: WARMUP_SECONDS,
      targetTrackingConfiguration,
      dependsOn: [...dependsOn],
    });
  }
}
