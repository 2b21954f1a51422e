import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Construct } from "constructs";

export interface LoadBalancerNamesProps {
  /** Domain whose apex and wildcard get a record. */
  readonly domainName: string;
  /** Hosted zone of the records, public or private. */
  readonly hostedZone: Route53Zone;
  /** Target of the records. */
  readonly loadBalancer: Lb;
}

/**
 * Alias records of a domain's apex and wildcard. They evaluate the target's health, so that Route 53 does not answer with the
 * load balancer's address in an Availability Zone that is unhealthy.
 */
export class LoadBalancerNames extends Construct {
  constructor(scope: Construct, id: string, { domainName, hostedZone, loadBalancer }: LoadBalancerNamesProps) {
    super(scope, id);
    for (const [role, name] of Object.entries({ apex: domainName, wildcard: `*.${domainName}` })) {
      new Route53Record(this, role, {
        zoneId: hostedZone.zoneId,
        name,
        type: "A",
        alias: { name: loadBalancer.dnsName, zoneId: loadBalancer.zoneId, evaluateTargetHealth: true },
      });
    }
  }
}
