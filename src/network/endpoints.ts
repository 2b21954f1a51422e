import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";

import { type Environment, INTERFACE_SERVICES, prefix } from "../config";
import type { Vpc } from "./vpc";
import type { ZoneNetwork } from "./zone-network";

export interface EndpointsProps {
  readonly environment: Environment;
  /** The VPC that the endpoints belong to. */
  readonly network: Vpc;
  /** Every zone: their route tables reach S3, their elastic subnets hold the interface endpoints. */
  readonly zones: readonly ZoneNetwork[];
  /** Guards the interface endpoints. @default no interface endpoints, only the gateway to S3 */
  readonly securityGroup: SecurityGroup | undefined;
}

/** Private ways to AWS services: S3 always (it is free), others behind the environment's switch. */
export class Endpoints extends Construct {
  constructor(scope: Construct, id: string, { environment, network, zones, securityGroup }: EndpointsProps) {
    super(scope, id);
    const name = prefix(environment);
    new VpcEndpoint(this, "s3", {
      vpcId: network.vpc.id,
      serviceName: `com.amazonaws.${environment.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: zones.flatMap((zone) => zone.privateRouteTables.map((table) => table.id)),
      tags: { Name: `${name}-s3` },
    });
    if (securityGroup === undefined) return;
    for (const service of INTERFACE_SERVICES) {
      new VpcEndpoint(this, service, {
        vpcId: network.vpc.id,
        serviceName: `com.amazonaws.${environment.region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        // In the elastic subnets: those of the named servers have no address to spare.
        subnetIds: zones.map((zone) => zone.elasticSubnet.id),
        securityGroupIds: [securityGroup.id],
        tags: { Name: `${name}-${service}` },
      });
    }
  }
}
