import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import { shown } from "./resources";

const subnetTiers = ["public", "servers", "elastic", "data"] as const;
export type SubnetTier = (typeof subnetTiers)[number];

export interface SubnetFacts {
  readonly cidr: string;
  /** The target of the subnet's default route. */
  readonly defaultRoute: "internet gateway" | "NAT gateway" | "none";
  readonly resource: Resource;
}

export interface ZoneSubnets {
  /** Such as `zone-1`. */
  readonly name: string;
  /** Such as `use1-az2`. */
  readonly availabilityZoneId: string;
  readonly subnets: Readonly<Partial<Record<SubnetTier, SubnetFacts>>>;
}

/** The Availability Zones of a VPC, with one subnet of each tier. */
export function zonesOf(stack: Stack, vpc: Resource | undefined): ZoneSubnets[] {
  const byZone = new Map<string, Resource[]>();
  for (const subnet of stack.of("aws_subnet")) {
    if (vpc !== undefined && subnet.target("vpc_id") !== vpc) continue;
    const id = shown(subnet, "availability_zone_id") || shown(subnet, "availability_zone");
    byZone.set(id, [...(byZone.get(id) ?? []), subnet]);
  }
  return [...byZone].map(([availabilityZoneId, all]) => ({
    name: all[0]?.path.split("/").at(-2) ?? availabilityZoneId,
    availabilityZoneId,
    subnets: Object.fromEntries(
      subnetTiers.flatMap((tier) => {
        const subnet = all.find((each) => each.blocks("tags").some((tags) => shown(tags, "tier") === tier));
        return subnet === undefined ? [] : [[tier, factsOf(stack, subnet)]];
      }),
    ),
  }));
}

function factsOf(stack: Stack, subnet: Resource): SubnetFacts {
  const tables = stack.referring("aws_route_table_association", "subnet_id", subnet);
  const routes = tables
    .flatMap((association) => association.targets("route_table_id"))
    .flatMap((table) => stack.referring("aws_route", "route_table_id", table));
  const hasRoute = (key: string) => routes.some((route) => route.has(key));
  const withoutInternetGateway = hasRoute("nat_gateway_id") ? "NAT gateway" : "none";
  return {
    cidr: shown(subnet, "cidr_block"),
    defaultRoute: hasRoute("gateway_id") ? "internet gateway" : withoutInternetGateway,
    resource: subnet,
  };
}
