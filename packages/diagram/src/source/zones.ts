import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import { shown } from "./resources";

const subnetTiers = ["public", "servers", "elastic", "data"] as const;

export type SubnetFacts = ReturnType<typeof factsOf>;

export interface ZoneSubnets {
  /** Such as `zone-1`. */
  readonly name: string;
  /** Such as `use1-az2`. */
  readonly availabilityZoneId: string;
  readonly subnets: Readonly<Partial<Record<(typeof subnetTiers)[number], SubnetFacts>>>;
}

/** The Availability Zones of a VPC, with one subnet of each tier. */
export function zonesOf(stack: Stack, vpc: Resource | undefined): ZoneSubnets[] {
  const all = stack.of("aws_subnet").filter((subnet) => vpc === undefined || subnet.target("vpc_id") === vpc);
  const idOf = (subnet: Resource) => shown(subnet, "availability_zone_id") || shown(subnet, "availability_zone");
  return [...new Set(all.map(idOf))].map((availabilityZoneId) => {
    const own = all.filter((subnet) => idOf(subnet) === availabilityZoneId);
    const tiers = subnetTiers.flatMap((tier) => {
      const subnet = own.find((each) => each.blocks("tags").some((tags) => shown(tags, "tier") === tier));
      return subnet === undefined ? [] : [[tier, factsOf(stack, subnet)] as const];
    });
    const name = own[0]?.path.split("/").at(-2) ?? availabilityZoneId;
    return { name, availabilityZoneId, subnets: Object.fromEntries(tiers) };
  });
}

/** The resources of a zone's subnets. */
export function subnetsOf({ subnets }: ZoneSubnets): Resource[] {
  return Object.values(subnets).map(({ resource }) => resource);
}

function factsOf(stack: Stack, resource: Resource) {
  const routes = stack
    .referring("aws_route_table_association", "subnet_id", resource)
    .flatMap((association) => association.targets("route_table_id"))
    .flatMap((table) => stack.referring("aws_route", "route_table_id", table));
  /** Whether the subnet has no route to the internet. */
  const isIsolated = !routes.some((route) => route.has("gateway_id") || route.has("nat_gateway_id"));
  return { resource, cidr: shown(resource, "cidr_block"), isIsolated };
}
