import { every, type Rule } from "../rule";
import { zoneOf } from "../zones";

export const zonesLeaveByTheirOwnNat: Rule = {
  id: "zones-leave-by-their-own-nat",
  title: "A subnet reaches the world through the NAT gateway of its own zone",
  reason:
    "Through another zone's gateway, the loss of one zone takes the other's way out, and traffic between zones is paid for.",
  remedy: "Give each zone a route table of its own, with its own NAT gateway (AvailabilityZone in src/network does).",
  controls: {},

  subjects: every("aws_route_table_association"),
  judge: (association, stack) => {
    const subnet = association.target("subnet_id");
    const table = association.target("route_table_id");
    if (subnet === undefined || table === undefined) return undefined;
    const gateways = stack
      .referring("aws_route", "route_table_id", table)
      .flatMap((route) => route.targets("nat_gateway_id"));
    return gateways.map((gateway) =>
      zoneOf(gateway.target("subnet_id")) === zoneOf(subnet)
        ? undefined
        : `${subnet.path} leaves by ${gateway.path} of another zone`,
    );
  },
};
