import { UserError } from "@dev-one/cli/user-error";

import { type Resource, type TerraformJson, textOf } from "./terraform-json";

export const tiers = ["public", "servers", "elastic", "data"] as const;
export type Tier = (typeof tiers)[number];
/** The target of a subnet's default route. */
export type DefaultRoute = "internet gateway" | "NAT gateway" | "none";

export interface SubnetFacts {
  readonly cidr: string;
  readonly defaultRoute: DefaultRoute;
}

export interface ZoneSubnets {
  /** Such as `zone-1`. */
  readonly name: string;
  /** Such as `use1-az2`. */
  readonly availabilityZoneId: string;
  readonly subnets: Readonly<Record<Tier, SubnetFacts>>;
  readonly resources: readonly Resource[];
}

/** The zones of the VPC with their subnets. @throws UserError when a subnet has no place in the grid of tiers and zones */
export function zonesOf(stack: TerraformJson): ZoneSubnets[] {
  const byZone = new Map<string, Resource[]>();
  for (const subnet of stack.all("aws_subnet")) {
    const zone = subnet.path.split("/").at(-2) ?? "";
    byZone.set(zone, [...(byZone.get(zone) ?? []), subnet]);
  }
  if (byZone.size === 0) throw new UserError(`Stack ${stack.name} has no subnets, so there is nothing to draw.`);
  return [...byZone].map(([name, resources]) => {
    const ids = new Set(resources.map((subnet) => textOf(subnet, "availability_zone_id")));
    const [availabilityZoneId] = ids;
    if (availabilityZoneId === undefined || ids.size > 1) {
      throw new UserError(`The subnets of ${name} are in ${[...ids].join(" and ")}, not in one Availability Zone.`);
    }
    const byTier = Object.fromEntries(resources.map((subnet) => [tierOf(subnet), factsOf(stack, subnet)]));
    const missing = tiers.find((tier) => byTier[tier] === undefined);
    if (missing !== undefined) throw new UserError(`Stack ${stack.name} has no ${missing} subnet in ${name}.`);
    return { name, availabilityZoneId, subnets: byTier as Record<Tier, SubnetFacts>, resources };
  });
}

function tierOf(subnet: Resource): Tier {
  const tags = subnet.values.tags;
  const tag = typeof tags === "object" && tags !== null && !Array.isArray(tags) ? tags.tier : undefined;
  const tier = tiers.find((each) => each === tag);
  if (tier === undefined) {
    throw new UserError(
      `The picture has no row for the subnet ${subnet.path}: its tag tier is ${JSON.stringify(tag)}, not ${tiers.join(", ")}.`,
    );
  }
  return tier;
}

function factsOf(stack: TerraformJson, subnet: Resource): SubnetFacts {
  const tables = stack
    .all("aws_route_table_association")
    .filter(({ values }) => stack.refers(values.subnet_id, subnet))
    .flatMap(({ values }) => stack.targets(values.route_table_id));
  const routes = stack
    .all("aws_route")
    .filter(({ values }) => tables.some((table) => stack.refers(values.route_table_id, table)));
  const hasRoute = (key: string) => routes.some(({ values }) => typeof values[key] === "string");
  const withoutInternetGateway: DefaultRoute = hasRoute("nat_gateway_id") ? "NAT gateway" : "none";
  return {
    cidr: textOf(subnet, "cidr_block"),
    defaultRoute: hasRoute("gateway_id") ? "internet gateway" : withoutInternetGateway,
  };
}
