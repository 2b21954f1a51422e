import { Ec2SubnetCidrReservation } from "@cdktf/provider-aws/lib/ec2-subnet-cidr-reservation";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { type ITerraformDependable, TerraformResource } from "cdktf";
import { Construct } from "constructs";

import { type Environment, prefix, reservations, type Zone } from "../config";
import type { Vpc } from "./vpc";

export interface ZoneNetworkProps {
  readonly environment: Environment;
  /** The zone's line of the configuration. */
  readonly zone: Zone;
  /** The VPC that the zone is a part of. */
  readonly network: Vpc;
}

type Tier = keyof Zone["subnets"];

/**
 * Everything of one zone: four subnets, their routes, and a way out with an address of its own. Nothing in it refers to
 * another zone, so that the loss of one cannot reach the others.
 */
export class ZoneNetwork extends Construct {
  /** Role of the zone, such as `zone-1`. */
  readonly name: string;
  /** Load balancer and NAT gateway; leads to the internet gateway. */
  readonly publicSubnet: Subnet;
  /** The named servers; leads out through the zone's NAT gateway. */
  readonly serverSubnet: Subnet;
  /** Servers of the elastic group; leads out like the named ones. */
  readonly elasticSubnet: Subnet;
  /** PostgreSQL and RDS Proxy; leads nowhere. */
  readonly dataSubnet: Subnet;
  /** The address that servers of this zone show to the world. */
  readonly outgoingAddress: Eip;
  /** Route tables of servers and data, for gateway endpoints. */
  readonly privateRouteTables: readonly RouteTable[];
  /** Default route of the public subnet, and its association: must exist before anything public is made in the subnet. */
  readonly publicRoutes: readonly ITerraformDependable[];
  /** Must exist before any server of the zone starts: it installs packages from outside. */
  readonly wayOut: readonly ITerraformDependable[];
  /** Must exist before a named server starts: they leave it no address but its own. */
  readonly reservations: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ZoneNetworkProps,
  ) {
    super(scope, id);
    this.name = props.zone.name;
    this.publicSubnet = this.createSubnet("public");
    this.serverSubnet = this.createSubnet("servers");
    this.elasticSubnet = this.createSubnet("elastic");
    this.dataSubnet = this.createSubnet("data");

    this.publicRoutes = this.createPublicRoutes();
    this.outgoingAddress = this.createOutgoingAddress();
    const { table, wayOut } = this.createServerRoutes();
    const data = this.createRouteTable("data", [this.dataSubnet]);
    this.privateRouteTables = [table, data.table];
    this.wayOut = [...this.publicRoutes, ...wayOut];
    this.reservations = this.reserveOtherAddresses();
  }

  private createSubnet(tier: Tier): Subnet {
    const { zone, network } = this.props;
    return new Subnet(this, `${tier}-subnet`, {
      vpcId: network.vpc.id,
      availabilityZoneId: zone.availabilityZoneId,
      cidrBlock: zone.subnets[tier],
      // Not even in the public subnets: load balancer and NAT gateway bring their own addresses.
      mapPublicIpOnLaunch: false,
      tags: { Name: this.nameOf(tier), tier },
    });
  }

  /** The way of load balancer and NAT gateway to the internet. */
  private createPublicRoutes(): ITerraformDependable[] {
    const { table, associations } = this.createRouteTable("public", [this.publicSubnet]);
    const route = new Route(this, "public-default-route", {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: this.props.network.internetGateway.id,
    });
    return [route, ...associations];
  }

  private createOutgoingAddress(): Eip {
    return new Eip(this, "nat-address", {
      domain: "vpc",
      tags: { Name: this.nameOf("nat") },
      // Partners keep it on allow lists: a new address is an outage at their side.
      lifecycle: { preventDestroy: this.props.environment.protectFromDestruction },
      dependsOn: [this.props.network.internetGateway],
    });
  }

  private createServerRoutes(): { table: RouteTable; wayOut: ITerraformDependable[] } {
    const nat = new NatGateway(this, "nat", {
      subnetId: this.publicSubnet.id,
      allocationId: this.outgoingAddress.allocationId,
      connectivityType: "public",
      tags: { Name: this.nameOf("nat") },
      dependsOn: [this.props.network.internetGateway],
    });
    const subnets = [this.serverSubnet, this.elasticSubnet];
    const { table, associations } = this.createRouteTable("servers", subnets);
    const route = new Route(this, "servers-default-route", {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: nat.id,
    });
    // Until it is associated, a subnet uses the VPC's main table, which leads nowhere.
    return { table, wayOut: [route, ...associations] };
  }

  /** A table with no routes but the VPC's own; the caller adds the way out, if there is one. */
  private createRouteTable(
    tier: Tier,
    subnets: readonly Subnet[],
  ): { table: RouteTable; associations: RouteTableAssociation[] } {
    const table = new RouteTable(this, `${tier}-routes`, {
      vpcId: this.props.network.vpc.id,
      tags: { Name: this.nameOf(tier) },
    });
    const associations = subnets.map(
      (subnet) =>
        new RouteTableAssociation(this, `${subnet.node.id}-routes`, { routeTableId: table.id, subnetId: subnet.id }),
    );
    return { table, associations };
  }

  /**
   * A reservation that is made before one that it overlaps is gone is refused by AWS, and Terraform orders nothing between
   * what comes and what goes. So all of them depend on a marker that is replaced with the table: what goes must go before the
   * marker, and what comes must wait for the new one (docs/decisions/0001-fixed-addresses-by-reservation.md). For the same
   * reason none is ever `create_before_destroy`.
   */
  private reserveOtherAddresses(): ITerraformDependable[] {
    const cidrs = reservations(this.props.zone);
    // Not CDKTF's DataResource: that runs `terraform version` at every synthesis, which needs no Terraform otherwise.
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

  private nameOf(part: string): string {
    return `${prefix(this.props.environment)}-${part}-${this.props.zone.name}`;
  }
}
