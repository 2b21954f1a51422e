import { LbTargetGroupAttachment } from "@cdktf/provider-aws/lib/lb-target-group-attachment";
import type { Construct } from "constructs";

import type { NamedServer } from "../config";
import { TargetGroup } from "./target-group";

export interface AddressTargetsProps {
  /** Name of the target group, at most 32 characters. */
  readonly name: string;
  /** Id of the VPC of the servers. */
  readonly vpcId: string;
  /** The targets: every server of one name or of a service, in all Availability Zones. */
  readonly servers: readonly NamedServer[];
}

/**
 * A target group of named servers. Targets are IP addresses and not instances, because the addresses stay the same when an instance is
 * replaced. With cross-zone load balancing: each Availability Zone may have one server only, and while it is replaced, those of the
 * other zones serve.
 *
 * @param scope a construct of its own for the target group `targets` and its attachments
 */
export function addressTargets(scope: Construct, { name, vpcId, servers }: AddressTargetsProps): TargetGroup {
  const targetGroup = new TargetGroup(scope, "targets", { name, vpcId, targetType: "ip", crossZone: true });
  for (const server of servers) {
    new LbTargetGroupAttachment(scope, server.name === scope.node.id ? server.zone : `${server.name}-${server.zone}`, {
      targetGroupArn: targetGroup.arn,
      targetId: server.address,
      port: 80,
    });
  }
  return targetGroup;
}
