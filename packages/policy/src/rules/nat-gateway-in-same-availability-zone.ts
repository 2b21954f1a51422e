import { availabilityZoneOf } from "../facts/availability-zones";
import { every, type Rule } from "../rule";

export const natGatewayInSameAvailabilityZone: Rule = {
  id: "nat-gateway-in-same-availability-zone",
  title: "A subnet's default route leads to the NAT gateway of its own Availability Zone",
  reason:
    "With a NAT gateway in another Availability Zone, the failure of that one cuts off both, and AWS charges for traffic between them.",
  remedy:
    "Give each Availability Zone a route table of its own, with its own NAT gateway (AvailabilityZone in src/network does).",
  controls: {},

  subjects: every("aws_route_table_association"),
  check: (association, stack) => {
    const subnet = association.target("subnet_id");
    const table = association.target("route_table_id");
    if (subnet === undefined || table === undefined) return undefined;
    const gateways = stack
      .referring("aws_route", "route_table_id", table)
      .flatMap((route) => route.targets("nat_gateway_id"));
    return gateways.map((gateway) =>
      availabilityZoneOf(gateway.target("subnet_id")) === availabilityZoneOf(subnet)
        ? undefined
        : `${subnet.path} has a route to ${gateway.path} in another Availability Zone`,
    );
  },
};
