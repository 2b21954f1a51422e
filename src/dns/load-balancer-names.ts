import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Construct } from "constructs";

import type { Environment } from "../config";

export interface LoadBalancerNamesProps {
  readonly environment: Environment;
  /** The zone that gets the names, public or private. */
  readonly zone: Route53Zone;
  /** What the names lead to. */
  readonly loadBalancer: Lb;
}

/** The domain and every name below it lead to the load balancer; a zone of it that fails leaves the answers. */
export class LoadBalancerNames extends Construct {
  constructor(scope: Construct, id: string, { environment, zone, loadBalancer }: LoadBalancerNamesProps) {
    super(scope, id);
    const names = { apex: environment.domain, wildcard: `*.${environment.domain}` };
    for (const [role, name] of Object.entries(names)) {
      new Route53Record(this, role, {
        zoneId: zone.zoneId,
        name,
        type: "A",
        alias: { name: loadBalancer.dnsName, zoneId: loadBalancer.zoneId, evaluateTargetHealth: true },
      });
    }
  }
}
