import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import { every, type Rule } from "../rule";

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const KEPT_BY_AWS = 5;

const addressCount = (cidr: string): number => 2 ** (32 - Number(cidr.split("/")[1] ?? "32"));

function reservationsOf(group: Resource, stack: Stack): Resource[] {
  const subnets = group.targets("vpc_zone_identifier");
  return subnets.flatMap((subnet) => stack.referring("aws_ec2_subnet_cidr_reservation", "subnet_id", subnet));
}

export const namedServersGetTheirAddresses: Rule = {
  id: "named-servers-get-their-addresses",
  title: "A group in a subnet with reservations has as many servers as addresses are left, and no zone in common",
  reason: "With an address more, a server may come up outside the address table; with one less, a server cannot start.",
  remedy: "Reservations, size and subnet come from the address table in src/config: do not write them anywhere else.",
  controls: {},

  subjects: (stack) => every("aws_autoscaling_group")(stack).filter((group) => reservationsOf(group, stack).length > 0),
  judge: (group, stack) => {
    const subnets = group.targets("vpc_zone_identifier");
    const reserved = reservationsOf(group, stack);
    const size = (cidrs: readonly string[]) => cidrs.reduce((sum, cidr) => sum + addressCount(cidr), 0);
    const free =
      size(subnets.map((subnet) => subnet.text("cidr_block") ?? "")) -
      KEPT_BY_AWS * subnets.length -
      size(reserved.map((each) => each.text("cidr_block") ?? ""));
    return [
      subnets.length === 1 ? undefined : "it has subnets of several zones",
      ...["min_size", "max_size"].map((argument) =>
        group.number(argument) === free
          ? undefined
          : `${argument} is ${group.text(argument) ?? "not set"}, and ${free} addresses are free`,
      ),
      ...reserved.map((each) =>
        each.text("reservation_type") === "explicit" ? undefined : `${each.path} does not keep its addresses from AWS`,
      ),
    ];
  },
};
