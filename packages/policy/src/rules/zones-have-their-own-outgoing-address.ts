import { every, type Rule } from "../rule";
import { zoneOf } from "../zones";

export const zonesHaveTheirOwnOutgoingAddress: Rule = {
  id: "zones-have-their-own-outgoing-address",
  title: "Every NAT gateway has an Elastic IP of its own, and every zone with servers a gateway",
  reason: "Partners let these addresses in, zone by zone; a zone without a gateway has no way out at all.",
  remedy: "Keep NAT gateway and address in AvailabilityZone (src/network), one of each in every zone.",
  controls: {},

  subjects: (stack) => every("aws_autoscaling_group")(stack),
  judge: (group, stack) => {
    const gateways = stack.of("aws_nat_gateway");
    const zones = new Set(group.targets("vpc_zone_identifier").map(zoneOf));
    const withGateway = new Map(gateways.map((gateway) => [zoneOf(gateway.target("subnet_id")), gateway]));
    const addresses = gateways.map((gateway) => gateway.target("allocation_id"));
    return [
      ...[...zones].map((zone) => (withGateway.has(zone) ? undefined : `${zone ?? "a zone"} has no NAT gateway`)),
      ...gateways
        .filter((_, index) => addresses[index] === undefined || addresses.indexOf(addresses[index]) !== index)
        .map((gateway) => `${gateway.path} has no Elastic IP of its own`),
    ];
  },
};
