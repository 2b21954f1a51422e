import { availabilityZoneOf } from "../facts/availability-zones";
import { every, type Rule } from "../rule";

export const natGatewayPerAvailabilityZone: Rule = {
  id: "nat-gateway-per-availability-zone",
  title: "Every Availability Zone with servers has a NAT gateway, each with an Elastic IP of its own",
  reason:
    "Partners allow these addresses; without a NAT gateway, servers of the Availability Zone cannot reach the internet.",
  remedy: "Keep NAT gateway and Elastic IP in AvailabilityZone (src/network), one of each in every Availability Zone.",
  controls: {},

  subjects: (stack) => every("aws_autoscaling_group")(stack),
  check: (group, stack) => {
    const gateways = stack.of("aws_nat_gateway");
    const zones = new Set(group.targets("vpc_zone_identifier").map(availabilityZoneOf));
    const withGateway = new Map(gateways.map((gateway) => [availabilityZoneOf(gateway.target("subnet_id")), gateway]));
    const addresses = gateways.map((gateway) => gateway.target("allocation_id"));
    return [
      ...[...zones].map((zone) =>
        withGateway.has(zone) ? undefined : `${zone ?? "an Availability Zone"} has no NAT gateway`,
      ),
      ...gateways
        .filter((_, index) => addresses[index] === undefined || addresses.indexOf(addresses[index]) !== index)
        .map((gateway) => `${gateway.path} has no Elastic IP of its own`),
    ];
  },
};
