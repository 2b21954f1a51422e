import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import type { Network } from "./addresses";
import { requiredTarget, requiredText, unsupported } from "./read";

/** A route beside the one to the VPC's own addresses, which every table has. */
export interface Route {
  readonly destination: string;
  /** Name of the host of a NAT gateway; undefined for the internet gateway. */
  readonly nat?: string;
}

/** What a subnet reaches outside the VPC. */
export interface SubnetRoutes {
  readonly subnet: string;
  readonly cidr: string;
  readonly routes: readonly Route[];
}

/** The routes of each subnet, from the table that is associated with it. */
export function compileRoutes(stack: Stack, network: Network): SubnetRoutes[] {
  const associations = stack.of("aws_route_table_association");
  const routes = stack.of("aws_route").map((route) => ({
    table: requiredTarget(route, "route_table_id", "aws_route_table"),
    route: routeOf(route, network),
  }));
  return network.subnets.map(({ address, cidr }) => {
    const association = associations.find((each) => each.target("subnet_id")?.address === address);
    // A subnet without an association uses the VPC's main table, which has no route but the local one.
    const table =
      association === undefined ? undefined : requiredTarget(association, "route_table_id", "aws_route_table");
    const own = routes.filter((each) => each.table === table).map((each) => each.route);
    return { subnet: address, cidr, routes: own };
  });
}

function routeOf(route: Resource, { hosts }: Network): Route {
  const destination = requiredText(route, "destination_cidr_block");
  if (route.has("gateway_id")) {
    requiredTarget(route, "gateway_id", "aws_internet_gateway");
    return { destination };
  }
  if (!route.has("nat_gateway_id")) {
    throw unsupported(route, "gateway_id", undefined, "routes to an internet gateway or a NAT gateway");
  }
  const gateway = requiredTarget(route, "nat_gateway_id", "aws_nat_gateway");
  const nat = hosts.find((each) => each.resource === gateway.address);
  return { destination, nat: nat?.name ?? "" };
}
