import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroupAttachment } from "@cdktf/provider-aws/lib/lb-target-group-attachment";
import { Construct } from "constructs";

import type { NamedServer } from "../config";
import { TargetGroup } from "./target-group";

export interface HostRuleProps {
  /** Host header of the requests, such as `api-1.dev-one.it`. */
  readonly host: string;
  /** The HTTPS listener of the rule. */
  readonly listener: LbListener;
  /** Name of the target group, at most 32 characters. */
  readonly targetGroupName: string;
  /** Id of the VPC of the servers. */
  readonly vpcId: string;
  /** The targets, one in each Availability Zone. */
  readonly servers: readonly NamedServer[];
}

/**
 * Forwards the requests to one host to the servers of that name. Targets are IP addresses and not instances, because the
 * addresses stay the same when an instance is replaced.
 */
export class HostRule extends Construct {
  constructor(scope: Construct, id: string, props: HostRuleProps) {
    super(scope, id);
    const { host, listener, vpcId, servers } = props;
    const targetGroup = new TargetGroup(this, "targets", {
      name: props.targetGroupName,
      vpcId,
      targetType: "ip",
      // Each Availability Zone has one server of the name. While it is replaced, those of the other zones serve.
      crossZone: true,
    });
    for (const server of servers) {
      new LbTargetGroupAttachment(this, server.zone, {
        targetGroupArn: targetGroup.arn,
        targetId: server.address,
        port: 80,
      });
    }
    // No priority: the provider takes the next free one, so a new name does not change the rules of others. Host names do not
    // overlap, so the order has no effect.
    new LbListenerRule(this, "rule", {
      listenerArn: listener.arn,
      condition: [{ hostHeader: { values: [host] } }],
      action: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      tags: { Name: host },
    });
  }
}
