import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import { every, type Rule } from "../rule";

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const RESERVED_BY_AWS = 5;

const addressCount = (cidr: string): number => 2 ** (32 - Number(cidr.split("/")[1] ?? "32"));

function reservationsOf(group: Resource, stack: Stack): Resource[] {
  const subnets = group.targets("vpc_zone_identifier");
  return subnets.flatMap((subnet) => stack.referring("aws_ec2_subnet_cidr_reservation", "subnet_id", subnet));
}

export const asgSizeMatchesFreeAddresses: Rule = {
  id: "asg-size-matches-free-addresses",
  title:
    "An Auto Scaling group in a subnet with CIDR reservations has as many servers as the subnet has free addresses, in one Availability Zone",
  reason:
    "With more free addresses than servers, a server can get an address that is not in the address table; with fewer, a server cannot start.",
  remedy:
    "Reservations, group size and subnet are derived from the address table in src/config: do not write them anywhere else.",
  controls: {},

  subjects: (stack) => every("aws_autoscaling_group")(stack).filter((group) => reservationsOf(group, stack).length > 0),
  check: (group, stack) => {
    const subnets = group.targets("vpc_zone_identifier");
    const reserved = reservationsOf(group, stack);
    const size = (cidrs: readonly string[]) => cidrs.reduce((sum, cidr) => sum + addressCount(cidr), 0);
    const free =
      size(subnets.map((subnet) => subnet.text("cidr_block") ?? "")) -
      RESERVED_BY_AWS * subnets.length -
      size(reserved.map((each) => each.text("cidr_block") ?? ""));
    return [
      subnets.length === 1 ? undefined : "it has subnets in several Availability Zones",
      ...["min_size", "max_size"].map((argument) =>
        group.number(argument) === free
          ? undefined
          : `${argument} is ${group.text(argument) ?? "not set"}, and ${free} addresses are free`,
      ),
      ...reserved.map((each) =>
        each.text("reservation_type") === "explicit" ? undefined : `${each.path} is not of the type explicit`,
      ),
    ];
  },
};
