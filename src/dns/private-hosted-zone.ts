import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Construct } from "constructs";

import type { NamedServer } from "../config";
import { LoadBalancerNames } from "./load-balancer-names";

export interface PrivateHostedZoneProps {
  /** Domain of the hosted zone. */
  readonly zoneName: string;
  /** Comment of the hosted zone, which the AWS console shows. */
  readonly comment: string;
  /** Id of the VPC that the hosted zone is associated with. */
  readonly vpcId: string;
  /** Target of apex and wildcard. */
  readonly loadBalancer: Lb;
  /** The address table. Servers of the same name share a record. */
  readonly servers: readonly NamedServer[];
  /** Host name of the RDS Proxy, the target of `postgres`. */
  readonly databaseEndpoint: string;
}

/**
 * The private hosted zone of the domain. In the VPC it answers instead of the public hosted zone, so apex and wildcard are repeated.
 *
 * It also answers for delegated names: a server of production that asks for a name of staging.dev-one.it gets production's load
 * balancer, because of the wildcard. Nothing in this repository asks for one. To do so, add a Resolver rule that forwards
 * staging.dev-one.it, which takes precedence over the hosted zone, or use the DNS name of staging's load balancer
 * (docs/runbooks/first-deployment.md).
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 */
export class PrivateHostedZone extends Construct {
  constructor(scope: Construct, id: string, props: PrivateHostedZoneProps) {
    super(scope, id);
    const { zoneName, comment, vpcId, loadBalancer, servers, databaseEndpoint } = props;
    const hostedZone = new Route53Zone(this, "zone", {
      name: zoneName,
      comment,
      vpc: [{ vpcId }],
      forceDestroy: false,
    });
    new LoadBalancerNames(this, "load-balancer", { domainName: zoneName, hostedZone, loadBalancer });
    // A scope of their own, because a server may have any name, such as `postgres`.
    const records = new Construct(this, "servers");
    for (const name of new Set(servers.map((server) => server.name))) {
      new Route53Record(records, name, {
        zoneId: hostedZone.zoneId,
        name: `${name}.${zoneName}`,
        type: "A",
        ttl: 60,
        records: servers.filter((server) => server.name === name).map((server) => server.address),
      });
    }
    new Route53Record(this, "postgres", {
      zoneId: hostedZone.zoneId,
      name: `postgres.${zoneName}`,
      type: "CNAME",
      ttl: 60,
      records: [databaseEndpoint],
    });
  }
}
