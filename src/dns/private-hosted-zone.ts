import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Construct } from "constructs";

import { addressTable, type Environment, serverNames } from "../config";
import { LoadBalancerNames } from "./load-balancer-names";

export interface PrivateZoneProps {
  readonly environment: Environment;
  /** Id of the VPC in which the zone is seen. */
  readonly vpcId: string;
  /** What apex and wildcard lead to. */
  readonly loadBalancer: Lb;
  /** Host name of the RDS Proxy. */
  readonly databaseEndpoint: string;
}

/**
 * The domain as the servers see it. It hides the public zone from them, so that it must repeat apex and wildcard.
 *
 * It hides delegations as well: a server of production that asks for a name of staging.dev-one.it gets production's load
 * balancer, by the wildcard. Nothing here asks for one. What must, needs a Resolver rule that forwards staging.dev-one.it,
 * which goes before the zone, or the name of staging's load balancer (docs/runbooks/first-deployment.md).
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 */
export class PrivateZone extends Construct {
  constructor(scope: Construct, id: string, { environment, vpcId, loadBalancer, databaseEndpoint }: PrivateZoneProps) {
    super(scope, id);
    const zone = new Route53Zone(this, "zone", {
      name: environment.domain,
      comment: `Private names of ${environment.name}`,
      vpc: [{ vpcId }],
      forceDestroy: false,
    });
    new LoadBalancerNames(this, "load-balancer", { environment, zone, loadBalancer });
    // A scope of their own: a server may have any name.
    const servers = new Construct(this, "servers");
    for (const name of serverNames(environment)) {
      new Route53Record(servers, name, {
        zoneId: zone.zoneId,
        name: `${name}.${environment.domain}`,
        type: "A",
        ttl: 60,
        records: addressTable(environment)
          .filter((server) => server.name === name)
          .map((server) => server.address),
      });
    }
    new Route53Record(this, "postgres", {
      zoneId: zone.zoneId,
      name: `postgres.${environment.domain}`,
      type: "CNAME",
      ttl: 60,
      records: [databaseEndpoint],
    });
  }
}
