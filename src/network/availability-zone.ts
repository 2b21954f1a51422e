import { Ec2SubnetCidrReservation } from "@cdktf/provider-aws/lib/ec2-subnet-cidr-reservation";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { type ITerraformDependable, TerraformResource } from "cdktf";
import { Construct } from "constructs";

import { reservations, type Zone } from "../config";
import type { Vpc } from "./vpc";

export interface AvailabilityZoneProps {
  /** What Name tags start with, such as `dev-one-staging`. */
  readonly name: string;
  /** Availability Zone id, CIDRs of the subnets, and addresses of the named servers. */
  readonly zone: Zone;
  /** The VPC of the subnets. */
  readonly vpc: Vpc;
  /** Refuses plans that release the Elastic IP of the NAT gateway. @default true */
  readonly preventDestroy?: boolean;
}

type SubnetRole = keyof Zone["subnets"];

/**
 * The network of one Availability Zone: four subnets, their route tables, and a NAT gateway with an Elastic IP. Nothing in it
 * refers to another Availability Zone, so that the outage of one does not affect the others.
 */
export class AvailabilityZone extends Construct {
  /** Name of the zone in the configuration, such as `zone-1`. */
  readonly name: string;
  /** Of the load balancer and the NAT gateway; default route to the internet gateway. */
  readonly publicSubnet: Subnet;
  /** Of the named servers; default route to the NAT gateway. */
  readonly serverSubnet: Subnet;
  /** Of the servers of the elastic group; default route to the NAT gateway. */
  readonly elasticSubnet: Subnet;
  /** Of PostgreSQL and RDS Proxy; no default route. */
  readonly dataSubnet: Subnet;
  /** Elastic IP of the NAT gateway: the source address of the servers' traffic to the internet. */
  readonly natAddress: Eip;
  /** Route tables of servers and data, for gateway endpoints. */
  readonly privateRouteTables: readonly RouteTable[];
  /** Default route and route table association of the public subnet. What has a public address depends on them. */
  readonly publicRoutes: readonly ITerraformDependable[];
  /** Routes and associations by which servers reach the internet. Servers depend on them, because they install packages at boot. */
  readonly egressDependencies: readonly ITerraformDependable[];
  /** CIDR reservations. Named servers depend on them, because they leave only the addresses of the address table free. */
  readonly reservations: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AvailabilityZoneProps,
  ) {
    super(scope, id);
    this.name = props.zone.name;
    this.publicSubnet = this.createSubnet("public");
    this.serverSubnet = this.createSubnet("servers");
    this.elasticSubnet = this.createSubnet("elastic");
    this.dataSubnet = this.createSubnet("data");

    this.publicRoutes = this.createPublicRoutes();
    this.natAddress = this.createNatAddress();
    const { table, routes } = this.createServerRoutes();
    const data = this.createRouteTable("data", [this.dataSubnet]);
    this.privateRouteTables = [table, data.table];
    this.egressDependencies = [...this.publicRoutes, ...routes];
    this.reservations = this.reserveOtherAddresses();
  }

  private createSubnet(role: SubnetRole): Subnet {
    const { zone, vpc } = this.props;
    return new Subnet(this, `${role}-subnet`, {
      vpcId: vpc.vpcId,
      availabilityZoneId: zone.availabilityZoneId,
      cidrBlock: zone.subnets[role],
      // Also not in the public subnets, because load balancer and NAT gateway get public addresses without it.
      mapPublicIpOnLaunch: false,
      tags: { Name: this.nameTag(role), tier: role },
    });
  }

  private createPublicRoutes(): ITerraformDependable[] {
    const { table, associations } = this.createRouteTable("public", [this.publicSubnet]);
    const route = new Route(this, "public-default-route", {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: this.props.vpc.internetGateway.id,
    });
    return [route, ...associations];
  }

  private createNatAddress(): Eip {
    return new Eip(this, "nat-address", {
      domain: "vpc",
      tags: { Name: this.nameTag("nat") },
      // Allow lists of partners hold the address, so that they would reject traffic from another one.
      lifecycle: { preventDestroy: this.props.preventDestroy ?? true },
      dependsOn: [this.props.vpc.internetGateway],
    });
  }

  private createServerRoutes(): { table: RouteTable; routes: ITerraformDependable[] } {
    const nat = new NatGateway(this, "nat", {
      subnetId: this.publicSubnet.id,
      allocationId: this.natAddress.allocationId,
      connectivityType: "public",
      tags: { Name: this.nameTag("nat") },
      dependsOn: [this.props.vpc.internetGateway],
    });
    const subnets = [this.serverSubnet, this.elasticSubnet];
    const { table, associations } = this.createRouteTable("servers", subnets);
    const route = new Route(this, "servers-default-route", {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: nat.id,
    });
    // A subnet without an association uses the VPC's main route table, which has no default route.
    return { table, routes: [route, ...associations] };
  }

  /** A route table with the local route only; the caller adds a default route where the subnets have one. */
  private createRouteTable(
    role: SubnetRole,
    subnets: readonly Subnet[],
  ): { table: RouteTable; associations: RouteTableAssociation[] } {
    const table = new RouteTable(this, `${role}-routes`, {
      vpcId: this.props.vpc.vpcId,
      tags: { Name: this.nameTag(role) },
    });
    const associations = subnets.map(
      (subnet) =>
        new RouteTableAssociation(this, `${subnet.node.id}-routes`, { routeTableId: table.id, subnetId: subnet.id }),
    );
    return { table, associations };
  }

  /**
   * AWS rejects a reservation that overlaps an existing one, and Terraform does not order deletes before creates. Every
   * reservation depends on a `terraform_data` resource that is replaced when the list changes, so the old ones are deleted first
   * (docs/decisions/0001-fixed-addresses-by-reservation.md). For the same reason none has `create_before_destroy`.
   */
  private reserveOtherAddresses(): ITerraformDependable[] {
    const cidrs = reservations(this.props.zone);
    // Not CDKTF's DataResource, which runs `terraform version` at every synthesis; synthesis must work without Terraform.
    const table = new TerraformResource(this, "address-table", { terraformResourceType: "terraform_data" });
    table.addOverride("triggers_replace", { reserved: cidrs.join(" ") });
    return cidrs.map(
      (cidr) =>
        new Ec2SubnetCidrReservation(this, `reserved-${cidr.replaceAll(/[./]/g, "-")}`, {
          subnetId: this.serverSubnet.id,
          cidrBlock: cidr,
          reservationType: "explicit",
          description: "Not in the address table",
          dependsOn: [table],
        }),
    );
  }

  private nameTag(part: string): string {
    return `${this.props.name}-${part}-${this.props.zone.name}`;
  }
}
