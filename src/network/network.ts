import { Construct } from "constructs";

import type { Zone } from "../config";
import { AvailabilityZone } from "./availability-zone";
import { Endpoints } from "./endpoints";
import { SecurityGroups } from "./security-groups";
import { Vpc, type VpcProps } from "./vpc";

export interface NetworkProps extends VpcProps {
  /** Region of the VPC. */
  readonly region: string;
  /** The Availability Zones with their subnets and named servers. */
  readonly availabilityZones: readonly Zone[];
  /** Creates interface endpoints of AWS services. @default false */
  readonly interfaceEndpoints?: boolean;
  /** Services with a group of their own: whether each connects to the database, by name. @default none */
  readonly services?: Readonly<Record<string, { readonly database: boolean }>>;
  /** Refuses plans that release the Elastic IPs of the NAT gateways. @default true */
  readonly preventDestroy?: boolean;
}

/** The VPC with its Availability Zones, security groups and endpoints. */
export class Network extends Construct {
  /** Id of the VPC. */
  readonly vpcId: string;
  /** In the order of the props. */
  readonly availabilityZones: readonly AvailabilityZone[];
  /** One security group for each role. */
  readonly securityGroups: SecurityGroups;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { name, region, cidrBlock, interfaceEndpoints = false, preventDestroy = true } = props;
    const vpc = new Vpc(this, "vpc", props);
    const { vpcId } = vpc;
    this.vpcId = vpcId;
    this.availabilityZones = props.availabilityZones.map(
      (zone) => new AvailabilityZone(this, zone.name, { name, zone, vpc, preventDestroy }),
    );
    this.securityGroups = new SecurityGroups(this, "security-groups", {
      name,
      vpcId,
      cidrBlock,
      interfaceEndpoints,
      services: props.services ?? {},
    });
    new Endpoints(this, "endpoints", {
      name,
      vpcId,
      region,
      availabilityZones: this.availabilityZones,
      securityGroups: this.securityGroups,
    });
  }
}
