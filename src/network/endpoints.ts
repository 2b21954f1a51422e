import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";

import { INTERFACE_SERVICES } from "../config";
import type { AvailabilityZone } from "./availability-zone";
import type { SecurityGroups } from "./security-groups";

export interface EndpointsProps {
  /** What the Name tags start with, such as `dev-one-staging`. */
  readonly name: string;
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Region of the AWS services. */
  readonly region: string;
  /** Their private route tables get the route to S3, their elastic subnets the interface endpoints. */
  readonly availabilityZones: readonly AvailabilityZone[];
  /** Security groups. Without one of interface endpoints there are none of these, only the gateway endpoint of S3. */
  readonly securityGroups: SecurityGroups;
}

/** VPC endpoints: the gateway endpoint of S3, which is free, and interface endpoints, which cost by the hour, on demand. */
export class Endpoints extends Construct {
  constructor(scope: Construct, id: string, props: EndpointsProps) {
    super(scope, id);
    const { name, vpcId, region, availabilityZones, securityGroups } = props;
    const { endpoints: securityGroup } = securityGroups;
    new VpcEndpoint(this, "s3", {
      vpcId,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: availabilityZones.flatMap((zone) => zone.privateRouteTables.map((table) => table.id)),
      tags: { Name: `${name}-s3` },
    });
    if (securityGroup === undefined) return;
    for (const service of INTERFACE_SERVICES) {
      new VpcEndpoint(this, service, {
        vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        // In the elastic subnets, because reservations leave no free address in those of the named servers.
        subnetIds: availabilityZones.map((zone) => zone.elasticSubnet.id),
        securityGroupIds: [securityGroup.id],
        tags: { Name: `${name}-${service}` },
        // From its creation on, the names of the service resolve to the endpoint, which must not refuse the servers.
        dependsOn: [...securityGroups.rulesOf(securityGroup)],
      });
    }
  }
}
