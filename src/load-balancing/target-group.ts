import { LbTargetGroup, type LbTargetGroupTargetGroupHealth } from "@cdktf/provider-aws/lib/lb-target-group";
import { Construct } from "constructs";

/** Seconds in which a deregistered server may finish its requests. The shutdown of a server must not take longer. */
export const DEREGISTRATION_DELAY_SECONDS = 60;

/** Path that servers answer with 200 while they can serve. It does not depend on the database. */
export const HEALTH_CHECK_PATH = "/healthz";

export interface TargetGroupProps {
  /** At most 32 characters. */
  readonly name: string;
  /** Id of the VPC of the targets. */
  readonly vpcId: string;
  /** `instance`: the Auto Scaling group registers its instances. `ip`: each address is registered with an attachment. */
  readonly targetType: "instance" | "ip";
  /**
   * Cross-zone load balancing. Without it, DNS stops answering with an Availability Zone that has too few healthy targets
   * (docs/decisions/0004-zones-stay-apart-at-the-edge.md).
   */
  readonly crossZone: boolean;
}

/** Servers that the load balancer forwards to, by HTTP on port 80. */
export class TargetGroup extends Construct {
  /** ARN, for listeners and Auto Scaling groups. */
  readonly arn: string;
  /** Name in CloudWatch, such as `targetgroup/NAME/ID`. */
  readonly arnSuffix: string;

  constructor(scope: Construct, id: string, { name, vpcId, targetType, crossZone }: TargetGroupProps) {
    super(scope, id);
    const group = new LbTargetGroup(this, "group", {
      name,
      vpcId,
      targetType,
      port: 80,
      protocol: "HTTP",
      deregistrationDelay: DEREGISTRATION_DELAY_SECONDS.toString(),
      loadBalancingAlgorithmType: "least_outstanding_requests",
      loadBalancingCrossZoneEnabled: crossZone.toString(),
      healthCheck: {
        path: HEALTH_CHECK_PATH,
        protocol: "HTTP",
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      targetGroupHealth: health(crossZone),
    });
    this.arn = group.arn;
    this.arnSuffix = group.arnSuffix;
  }
}

/**
 * DNS stops answering with an Availability Zone when less than half of its targets are healthy. Without any healthy target,
 * requests go to all targets (fail open). A group with cross-zone load balancing needs one healthy target.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
 */
function health(crossZone: boolean): LbTargetGroupTargetGroupHealth {
  return {
    dnsFailover: { minimumHealthyTargetsCount: "1", minimumHealthyTargetsPercentage: crossZone ? "off" : "50" },
    unhealthyStateRouting: { minimumHealthyTargetsCount: 1, minimumHealthyTargetsPercentage: "off" },
  };
}
