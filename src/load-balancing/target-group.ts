import { LbTargetGroup, type LbTargetGroupTargetGroupHealth } from "@cdktf/provider-aws/lib/lb-target-group";
import { Construct } from "constructs";

/** Seconds in which a server that leaves may finish its requests; its own shutdown must fit within. */
export const DEREGISTRATION_DELAY_SECONDS = 60;

/** What the servers answer while they can serve; nothing else, such as the database, decides over it. */
export const HEALTH_CHECK_PATH = "/healthz";

export interface TargetGroupProps {
  /** At most 32 characters. */
  readonly name: string;
  /** Id of the VPC of the targets. */
  readonly vpcId: string;
  /** Instances register themselves by their group; addresses are registered one by one. */
  readonly targetType: "instance" | "ip";
  /**
   * Whether a node of the load balancer sends to targets of every zone. Where it does not, a zone without enough healthy
   * targets leaves DNS (docs/decisions/0004-zones-stay-apart-at-the-edge.md).
   */
  readonly crossZone: boolean;
}

/** Servers behind the load balancer, spoken to by HTTP on port 80. */
export class TargetGroup extends Construct {
  /** ARN, which listeners forward to and groups register with. */
  readonly arn: string;
  /** End of the ARN, by which CloudWatch names the group. */
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
 * Below half of its servers, a zone leaves DNS and the other carries the clients; with none left at all, requests go to
 * whatever there is rather than nowhere. A group that spans the zones counts only its last target.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
 */
function health(crossZone: boolean): LbTargetGroupTargetGroupHealth {
  return {
    dnsFailover: { minimumHealthyTargetsCount: "1", minimumHealthyTargetsPercentage: crossZone ? "off" : "50" },
    unhealthyStateRouting: { minimumHealthyTargetsCount: 1, minimumHealthyTargetsPercentage: "off" },
  };
}
