import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import type { Construct } from "constructs";

import type { TargetGroup } from "./target-group";

export interface HostRuleProps {
  /** Host header of the requests, such as `shop.dev-one.it`. */
  readonly host: string;
  /** Priority of the rule, unique in its listener. Host names do not overlap, so the order has no effect. */
  readonly priority: number;
  /** The HTTPS listener of the rule. */
  readonly listener: LbListener;
  /** Who gets the requests. */
  readonly targetGroup: TargetGroup;
}

/** Forwards the requests to one host to a target group. */
export class HostRule extends LbListenerRule {
  constructor(scope: Construct, id: string, { host, priority, listener, targetGroup }: HostRuleProps) {
    super(scope, id, {
      listenerArn: listener.arn,
      priority,
      condition: [{ hostHeader: { values: [host] } }],
      action: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      tags: { Name: host },
    });
  }
}
