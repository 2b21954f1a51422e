import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroupAttachment } from "@cdktf/provider-aws/lib/lb-target-group-attachment";
import { Construct } from "constructs";

import { addressTable, type Environment, prefix } from "../config";
import { TargetGroup } from "./target-group";

export interface HostRuleProps {
  readonly environment: Environment;
  /** Host name without the domain, such as `api-1`. */
  readonly name: string;
  /** Id of the VPC of the servers. */
  readonly vpcId: string;
  /** The HTTPS listener that the rule belongs to. */
  readonly listener: LbListener;
}

/**
 * One name's requests go to that name's servers, one in each zone. Their addresses are registered, not the instances: the
 * addresses outlive every replacement of a server.
 */
export class HostRule extends Construct {
  constructor(scope: Construct, id: string, { environment, name, vpcId, listener }: HostRuleProps) {
    super(scope, id);
    const targets = new TargetGroup(this, "targets", {
      name: `${prefix(environment)}-${name}`,
      vpcId,
      targetType: "ip",
      // With one server a zone, the other zone serves while one is replaced.
      crossZone: true,
    });
    for (const server of addressTable(environment).filter((each) => each.name === name)) {
      new LbTargetGroupAttachment(this, server.zone, {
        targetGroupArn: targets.arn,
        targetId: server.address,
        port: 80,
      });
    }
    const host = `${name}.${environment.domain}`;
    // No priority: AWS's provider takes the next free one, so that a new name moves no other's rule, and host names do not
    // overlap, so that the order means nothing.
    new LbListenerRule(this, "rule", {
      listenerArn: listener.arn,
      condition: [{ hostHeader: { values: [host] } }],
      action: [{ type: "forward", targetGroupArn: targets.arn }],
      tags: { Name: host },
    });
  }
}
